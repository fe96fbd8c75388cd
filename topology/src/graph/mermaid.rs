//! A picture as a Mermaid flowchart.

use std::fmt::Write;

use super::{Edge, EdgeKind, Graph, Node, NodeKind};

pub(super) fn write(graph: &Graph) -> String {
    let mut out = format!("---\ntitle: {}\n---\nflowchart LR\n", Quoted(&graph.title));
    for group in &graph.groups {
        let nodes: String = group.nodes.iter().map(node).collect();
        line(&mut out, format_args!("  subgraph {}[{}]\n{nodes}  end", group.id, Quoted(&group.title)));
    }
    for edge in &graph.edges {
        line(&mut out, format_args!("  {}", arrow(edge)));
    }
    for (class, style, kinds) in CLASSES {
        let ids: Vec<&str> = graph
            .groups
            .iter()
            .flat_map(|group| &group.nodes)
            .filter(|node| kinds.contains(&node.kind))
            .map(|node| node.id.as_str())
            .collect();
        if !ids.is_empty() {
            line(&mut out, format_args!("  classDef {class} {style}\n  class {} {class}", ids.join(",")));
        }
    }
    out
}

const CLASSES: [(&str, &str, &[NodeKind]); 3] = [
    (
        "infrastructure",
        "fill:#eceff1,stroke:#607d8b,color:#000",
        &[NodeKind::Broker, NodeKind::Coordination, NodeKind::Registry],
    ),
    ("topic", "fill:#fff3e0,stroke:#ef6c00,color:#000", &[NodeKind::Topic]),
    (
        "service",
        "fill:#e3f2fd,stroke:#1565c0,color:#000",
        &[NodeKind::Producer, NodeKind::Processor, NodeKind::Consumer],
    ),
];

fn node(node: &Node) -> String {
    let (open, close) = match node.kind {
        NodeKind::Broker | NodeKind::Producer | NodeKind::Consumer => ("[", "]"),
        NodeKind::Coordination => ("{{", "}}"),
        NodeKind::Registry | NodeKind::Topic => ("[(", ")]"),
        NodeKind::Processor => ("[[", "]]"),
    };
    let [name, about] = &node.label;
    format!("    {}{open}\"{}<br/>{}\"{close}\n", node.id, Escaped(name), Escaped(about))
}

fn arrow(edge: &Edge) -> String {
    let line = match edge.kind {
        EdgeKind::Records => "-->",
        EdgeKind::Control => "-.-",
    };
    if edge.label.is_empty() {
        return format!("{} {line} {}", edge.from, edge.to);
    }
    format!("{} {line}|{}| {}", edge.from, Quoted(&edge.label), edge.to)
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("writing to a string cannot fail");
}

/// A text in double quotes.
struct Quoted<'a>(&'a str);

/// A text whose special characters are entity codes: Mermaid reads HTML and Markdown in labels.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", Escaped(self.0))
    }
}

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for character in self.0.chars() {
            match character {
                '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '*' | '{' | '}' | '[' | ']' | '|' => {
                    write!(f, "#{};", u32::from(character))?;
                }
                control if control.is_control() => f.write_char(' ')?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
