//! wappa-emulator
