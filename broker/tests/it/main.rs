//! A cluster from outside: through its library, its ports and its control socket.

mod client;
mod faults;
mod process;
