//! A picture in Graphviz' DOT language.

use std::fmt::Write;

use super::{Edge, EdgeKind, Graph, Node, NodeKind};

pub(super) fn write(graph: &Graph) -> String {
    let mut out = format!("digraph {} {{\n", Quoted(&graph.title));
    out += "  rankdir=LR;\n  compound=true;\n  node [fontname=\"sans-serif\" style=filled];\n";
    out += "  edge [fontname=\"sans-serif\" fontsize=10];\n";
    for group in &graph.groups {
        let nodes: String = group.nodes.iter().map(node).collect();
        // Graphviz draws a box around a subgraph whose name begins with `cluster`.
        line(
            &mut out,
            format_args!("  subgraph cluster_{} {{\n    label={};\n{nodes}  }}", group.id, Quoted(&group.title)),
        );
    }
    for edge in &graph.edges {
        line(&mut out, format_args!("  {}", arrow(edge)));
    }
    out + "}\n"
}

fn node(node: &Node) -> String {
    let (shape, colour) = match node.kind {
        NodeKind::Broker => ("box3d", "#eceff1"),
        NodeKind::Coordination => ("hexagon", "#eceff1"),
        NodeKind::Registry => ("cylinder", "#eceff1"),
        NodeKind::Topic => ("cylinder", "#fff3e0"),
        NodeKind::Producer | NodeKind::Consumer => ("box", "#e3f2fd"),
        NodeKind::Processor => ("component", "#e3f2fd"),
    };
    let label = node.label.join("\n");
    format!("    {} [label={} shape={shape} fillcolor=\"{colour}\"];\n", node.id, Quoted(&label))
}

fn arrow(edge: &Edge) -> String {
    let style = match edge.kind {
        EdgeKind::Records => "",
        EdgeKind::Control => " style=dashed arrowhead=none",
    };
    format!("{} -> {} [label={}{style}];", edge.from, edge.to, Quoted(&edge.label))
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("writing to a string cannot fail");
}

/// A text in double quotes; a backslash begins an escape in labels, and `\n` is a new line.
struct Quoted<'a>(&'a str);

impl std::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                other => f.write_char(other)?,
            }
        }
        f.write_char('"')
    }
}
