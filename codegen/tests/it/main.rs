//! Generated code as a person gets it: its text, and whether it compiles and works.

mod events;
