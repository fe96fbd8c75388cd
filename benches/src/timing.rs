//! Runs contenders in turns.

use std::time::Instant;

/// How many samples each contender gives, if that takes a moment only.
pub(crate) const SAMPLES: usize = 400;

/// Something to be timed.
pub(crate) struct Contender<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
}

impl<'a> Contender<'a> {
    /// `run` does all operations of one sample.
    pub(crate) fn new(name: &'static str, run: impl FnMut() + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// What one operation took, in nanoseconds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Timing {
    /// In the quickest sample.
    pub(crate) min: f64,
    /// In the sample in the middle.
    pub(crate) median: f64,
}

/// Times the contenders in turns, each `count` times; `operations` is how many each run does.
pub(crate) fn race(mut contenders: Vec<Contender<'_>>, operations: usize, count: usize) -> Vec<(&'static str, Timing)> {
    let mut samples: Vec<Vec<f64>> = vec![Vec::with_capacity(count); contenders.len()];
    for _ in 0..count {
        for (contender, samples) in contenders.iter_mut().zip(&mut samples) {
            let start = Instant::now();
            (contender.run)();
            samples.push(start.elapsed().as_secs_f64() * 1e9);
        }
    }
    let timing = |mut samples: Vec<f64>| {
        samples.sort_by(f64::total_cmp);
        let of = |index: usize| samples.get(index).copied().unwrap_or_default() / lossless(operations);
        Timing { min: of(0), median: of(count / 2) }
    };
    contenders.into_iter().map(|contender| contender.name).zip(samples.into_iter().map(timing)).collect()
}

fn lossless(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}
