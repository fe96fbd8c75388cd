//! A matching of maximum cardinality in a bipartite graph.

use std::collections::{BTreeMap, VecDeque};

/// Two sides, the edges between them, and the pairs chosen so far.
#[derive(Debug)]
pub(super) struct Matching {
    edges: Vec<Vec<usize>>,
    left: Vec<Option<usize>>,
    right: Vec<Option<usize>>,
}

impl Matching {
    pub(super) fn new(left: usize, right: usize) -> Self {
        Self { edges: vec![Vec::new(); left], left: vec![None; left], right: vec![None; right] }
    }

    pub(super) fn connect(&mut self, left: usize, right: usize) {
        self.edges[left].push(right);
    }

    /// Chooses a pair for good: no edge leads to it.
    pub(super) fn fix(&mut self, left: usize, right: usize) {
        self.left[left] = Some(right);
        self.right[right] = Some(left);
    }

    pub(super) fn free_left(&self) -> Vec<usize> {
        free(&self.left)
    }

    pub(super) fn free_right(&self) -> Vec<usize> {
        free(&self.right)
    }

    /// Chooses as many pairs as the edges allow. What is matched stays matched, though not to the same.
    pub(super) fn grow(&mut self) {
        for start in self.free_left() {
            self.augment(start);
        }
    }

    pub(super) fn into_pairs(self) -> BTreeMap<usize, usize> {
        self.left.into_iter().enumerate().filter_map(|(left, right)| Some((left, right?))).collect()
    }

    /// Looks for a path from `start` to a free vertex on the right that alternates between edges and pairs, and swaps
    /// the two along it.
    fn augment(&mut self, start: usize) {
        let mut came_from = BTreeMap::new();
        let mut waiting = VecDeque::from([start]);
        while let Some(left) = waiting.pop_front() {
            for &right in &self.edges[left] {
                if came_from.contains_key(&right) {
                    continue;
                }
                came_from.insert(right, left);
                match self.right[right] {
                    Some(next) => waiting.push_back(next),
                    None => return self.swap(start, right, &came_from),
                }
            }
        }
    }

    fn swap(&mut self, start: usize, end: usize, came_from: &BTreeMap<usize, usize>) {
        let mut right = end;
        loop {
            let left = came_from[&right];
            let previous = self.left[left];
            self.fix(left, right);
            match previous {
                Some(before) if left != start => right = before,
                _ => return,
            }
        }
    }
}

fn free(side: &[Option<usize>]) -> Vec<usize> {
    (0..side.len()).filter(|index| side[*index].is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_choice_gives_way_to_a_greater_matching() {
        let mut matching = Matching::new(3, 3);
        for (left, right) in [(0, 0), (0, 1), (1, 0), (2, 1), (2, 2)] {
            matching.connect(left, right);
        }
        matching.grow();
        assert_eq!(matching.into_pairs(), BTreeMap::from([(0, 1), (1, 0), (2, 2)]));
    }

    #[test]
    fn what_has_no_edge_stays_alone() {
        let mut matching = Matching::new(2, 1);
        matching.connect(0, 0);
        matching.connect(1, 0);
        matching.grow();
        assert_eq!(matching.into_pairs().len(), 1);
    }
}
