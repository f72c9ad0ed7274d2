//! wappa
