//! Makes a cluster and a registry match the topology: observe, plan, apply.
