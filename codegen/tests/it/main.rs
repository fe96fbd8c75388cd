//! What is generated, judged by the compiler: its text, and whether it compiles, works, or is refused where it must be.

mod workspace;

mod accepted;
mod events;
mod rejected;
