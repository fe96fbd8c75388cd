//! Claims about the pictures of a system.

use super::graph;
use crate::testing::{SHOP, load_manifest, load_section};

#[test]
fn draws_the_shop_in_mermaid() {
    let topology = load_manifest(SHOP).topology.unwrap();
    insta::assert_snapshot!(graph(&topology, &topology.environments[0]).mermaid());
}

#[test]
fn draws_the_shop_in_dot() {
    let topology = load_manifest(SHOP).topology.unwrap();
    insta::assert_snapshot!(graph(&topology, &topology.environments[2]).dot());
}

#[test]
fn draws_no_coordination_of_an_embedded_cluster() {
    let topology = load_section("environments: { local: { cluster: { brokers: 20 } } }\n").topology.unwrap();
    let graph = graph(&topology, &topology.environments[0]);
    let nodes = &graph.groups[0].nodes;
    assert_eq!((nodes.len(), nodes[16].label[0].as_str()), (17, "4 more brokers"));
    assert!(nodes.iter().all(|node| node.kind == super::NodeKind::Broker));
}

#[test]
fn draws_a_cluster_of_somebody_else() {
    let text = "\
environments:
  prod:
    cluster: { provider: external, bootstrap_servers: [\"b1:9092\", \"b2:9092\"], brokers: 6 }
    registry: { url: \"https://registry.example.com/a?b=\\\"<c>\" }
topics: { clicks: { value: none, partitions: 3 } }
producers: { web: { topics: [clicks], instances: 2 } }
";
    let topology = load_section(text).topology.unwrap();
    let graph = graph(&topology, &topology.environments[0]);
    insta::assert_snapshot!(graph.mermaid() + &graph.dot());
}

#[test]
fn a_group_without_nodes_is_not_drawn() {
    let topology = load_section("").topology.unwrap();
    let graph = graph(&topology, &topology.environments[0]);
    assert_eq!(graph.groups.iter().map(|group| group.id).collect::<Vec<_>>(), ["cluster", "contracts"]);
}
