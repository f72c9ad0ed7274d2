//! Benchmarks of wappa.
