//! What the test kit promises. How an author uses it is shown by the tests in the examples.

mod deeds;
mod many;
mod programs;
mod promises;
mod rehearsals;
mod talks;
mod texts;
