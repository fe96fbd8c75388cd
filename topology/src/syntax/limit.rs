//! How much a manifest may ask for.
//!
//! Every limit is far above what people write and far below what hurts; the finding that reports one names it.

/// How deep collections may nest.
pub(crate) const DEPTH: usize = 64;

/// How many nodes the aliases of a manifest may stand for, all in all.
pub(crate) const ALIASED_NODES: u64 = 1_000_000;

/// The size of a file in bytes. Places are 32-bit offsets; this also bounds memory.
pub(crate) const FILE_BYTES: usize = 64 << 20;

/// How many findings are kept of one run; the rest is counted.
pub(crate) const FINDINGS: usize = 10_000;

/// How many candidates are compared for "did you mean", all in all, so that ten thousand wrong references among
/// ten thousand topics do not take minutes.
pub(crate) const COMPARISONS: usize = 200_000;
