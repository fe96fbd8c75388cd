//! A schema registry that speaks Confluent's REST API and keeps its log in the _schemas topic.
