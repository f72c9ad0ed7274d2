//! wappa-cloud
