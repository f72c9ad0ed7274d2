//! What a payload's fields can be.

use wappa_cloud::PhoneNumber;

use super::Payload;

/// What can be a field of a payload: numbers, `bool`, `char`, `String`, `PhoneNumber`, what is `#[derive(Choices)]`,
/// another payload, and `Option<…>` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a payload",
    note = "put `#[derive(Choices)]` on an enum without fields, or `#[derive(Payload)]` on any other type"
)]
pub trait PayloadField: Sized {
    /// The most characters it is written in; `None` if there is no bound.
    const LONGEST: Option<usize>;

    /// Writes it. `None` if it is left out.
    fn write(&self, text: &mut String) -> Option<()>;

    /// Reads it.
    fn read(text: &str) -> Option<Self>;

    /// Its value where the id has none.
    fn absent() -> Option<Self> {
        None
    }
}

macro_rules! numbers {
    ($($type:ty, $longest:literal;)*) => {$(
        impl PayloadField for $type {
            const LONGEST: Option<usize> = Some($longest);

            fn write(&self, text: &mut String) -> Option<()> {
                text.push_str(&self.to_string());
                Some(())
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

numbers! {
    u8, 3; u16, 5; u32, 10; u64, 20; u128, 39; usize, 20;
    i8, 4; i16, 6; i32, 11; i64, 20; i128, 40; isize, 20;
}

macro_rules! texts {
    ($($type:ty, $longest:expr;)*) => {$(
        impl PayloadField for $type {
            const LONGEST: Option<usize> = $longest;

            fn write(&self, text: &mut String) -> Option<()> {
                text.push_str(&self.to_string());
                Some(())
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

texts! {
    String, None;
    // Escaped it takes three.
    char, Some(3);
}

impl PayloadField for PhoneNumber {
    const LONGEST: Option<usize> = Some(15);

    fn write(&self, text: &mut String) -> Option<()> {
        text.push_str(self.as_str());
        Some(())
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl PayloadField for bool {
    const LONGEST: Option<usize> = Some(1);

    fn write(&self, text: &mut String) -> Option<()> {
        text.push(if *self { '1' } else { '0' });
        Some(())
    }

    fn read(text: &str) -> Option<Self> {
        match text {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        }
    }
}

impl<T: PayloadField> PayloadField for Option<T> {
    const LONGEST: Option<usize> = T::LONGEST;

    fn write(&self, text: &mut String) -> Option<()> {
        self.as_ref()?.write(text)
    }

    fn read(text: &str) -> Option<Self> {
        T::read(text).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Payload> PayloadField for T {
    // Within another id each of its letters may need an escape.
    const LONGEST: Option<usize> = match T::LONGEST {
        Some(longest) => Some(longest * 3),
        None => None,
    };

    fn write(&self, text: &mut String) -> Option<()> {
        text.push_str(&self.encode());
        Some(())
    }

    fn read(text: &str) -> Option<Self> {
        T::decode(text).ok()
    }
}
