//! The figures of both, side by side.

/// Figures by name, first ours, then the peer's.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<(String, Vec<f64>)>,
    contender: usize,
}

impl Report {
    /// Notes a figure of the contender whose turn it is.
    pub(crate) fn add(&mut self, name: &str, figure: f64) {
        println!("  {name}: {figure:.3}");
        match self.rows.iter_mut().find(|(known, _)| known == name) {
            Some((_, figures)) => figures.push(figure),
            None => self.rows.push((name.to_owned(), vec![figure])),
        }
    }

    /// The next contender's turn.
    pub(crate) fn next(&mut self) {
        self.contender += 1;
    }

    /// Prints a row a figure: ours, Kafka's, and Kafka's over ours.
    pub(crate) fn print(&self) {
        println!("\n{:<64} {:>12} {:>12} {:>8}", "", "embedded", "Kafka 4.3.1", "ratio");
        for (name, figures) in &self.rows {
            if let [ours, kafka] = figures[..] {
                println!("{name:<64} {ours:>12.3} {kafka:>12.3} {:>8.2}", kafka / ours);
            }
        }
    }
}
