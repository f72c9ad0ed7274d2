//! wappa-core
