//! wappa-sqlite
