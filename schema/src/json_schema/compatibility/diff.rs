//! What is compared, kind by kind, in Confluent's order.

mod annotation;
mod any;
mod array;
mod bound;
mod combined;
mod conditional;
mod dependency;
mod enumeration;
mod items;
mod negation;
mod number;
mod object;
mod pattern_properties;
mod property;
mod required;
mod rest;
mod string;

pub(super) use any::compare;
