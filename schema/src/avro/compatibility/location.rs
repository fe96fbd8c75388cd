//! Where in the reader's schema a difference is, in Java's notation: a JSON pointer through the types, not the text.

/// A place, as an index into [`Locations`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Location(usize);

/// One step down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An attribute, such as `items`.
    Key(&'static str),
    /// The position of a field or of a branch.
    Position(usize),
}

/// Every place that was visited, each with the one above it.
#[derive(Debug, Default)]
pub(super) struct Locations {
    steps: Vec<(Location, Step)>,
    /// How many steps each is from the root.
    depths: Vec<usize>,
}

impl Locations {
    /// The whole schema.
    pub(super) const ROOT: Location = Location(0);

    pub(super) fn below(&mut self, location: Location, step: Step) -> Location {
        self.depths.push(self.depth(location) + 1);
        self.steps.push((location, step));
        Location(self.steps.len())
    }

    /// How many steps a place is from the root.
    pub(super) fn depth(&self, location: Location) -> usize {
        location.0.checked_sub(1).map_or(0, |index| self.depths[index])
    }

    /// The notation of a place, such as `/fields/1/type`.
    pub(super) fn show(&self, location: Location) -> String {
        let mut steps = Vec::new();
        let mut at = location;
        while at != Self::ROOT {
            let (above, step) = self.steps[at.0 - 1];
            steps.push(match step {
                Step::Key(key) => key.to_owned(),
                Step::Position(position) => position.to_string(),
            });
            at = above;
        }
        steps.reverse();
        format!("/{}", steps.join("/"))
    }
}
