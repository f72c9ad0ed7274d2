//! Which texts a program says: noted where [`t!`](crate::t!) stands, read when a bot starts.

/// A text that is said somewhere.
#[derive(Debug)]
pub struct Used {
    pub(super) key: &'static str,
    pub(super) variables: &'static [&'static str],
    module: &'static str,
    file: &'static str,
    line: u32,
}

inventory::collect!(Used);

impl Used {
    #[doc(hidden)]
    pub const fn new(
        key: &'static str,
        variables: &'static [&'static str],
        module: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self { key, variables, module, file, line }
    }

    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// What is said in this module and below.
pub(super) fn within(module: &'static str) -> impl Iterator<Item = &'static Used> {
    inventory::iter::<Used>.into_iter().filter(move |used| {
        used.module.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })
}

/// Says a text in the language of a person: `t!(lang, "greeting", name = "Ana")`, of a
/// [`Lang`](crate::texts::Lang). That the text is there, and is given all that it speaks of, is checked when a bot
/// with [`texts!`](crate::texts!) of this module, or of one around it, starts.
#[macro_export]
macro_rules! t {
    ($lang:expr, $key:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $crate::texts::inventory::submit! {
            $crate::texts::Used::new($key, &[$(stringify!($name)),*], module_path!(), file!(), line!())
        }
        $lang.get($key)$(.with(stringify!($name), $value))*
    }};
}

/// The texts of a bot, by language: `texts! { "en" => include_str!("en.ftl"), "es" => include_str!("es.ftl") }`. The first
/// language has every text.
#[macro_export]
macro_rules! texts {
    ($($tag:literal => $source:expr),+ $(,)?) => {
        $crate::texts::Texts::within(module_path!())$(.language($tag, $source))+
    };
}
