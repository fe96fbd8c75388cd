//! What is generated, judged by the compiler: its text, and whether it compiles, works, or is refused where it must be.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the crate itself touches memory only; its tests give what it makes to cargo"
)]

mod workspace;

mod accepted;
mod events;
mod rejected;
