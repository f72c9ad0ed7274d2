//! What a bot says, by language: texts in Fluent files, and the language in which a person hears them.

mod countries;
mod lang;
#[macro_use]
mod used;
mod variables;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

#[doc(hidden)]
pub use inventory;

pub(crate) use self::countries::spoken_by;
pub use self::{
    lang::{Lang, Line},
    used::Used,
};

/// What of the texts that were asked for in vain is remembered.
const REPORTED: usize = 1_000;

/// The texts of a bot in all its languages, each of a Fluent file ([projectfluent.org](https://projectfluent.org)). In the
/// first language every text must be: whoever speaks none of the others hears it.
///
/// [`texts!`](crate::texts!) makes them of files that are compiled into the program, `Wappa::texts` gives them to the bot,
/// and [`t!`](crate::t!) says one of them in the [`Lang`] of a person. What is used and not there is an error when the bot
/// starts; what a language lacks is a warning then, and is said in the next best one.
///
/// ```
/// use std::sync::Arc;
/// use wappa_core::{t, texts, texts::Lang};
///
/// let texts = texts! {
///     "en" => "greeting = Hello, { $name }!\nbye = Bye!",
///     "es" => "greeting = ¡Hola, { $name }!",
/// };
/// texts.check()?;
/// assert_eq!(texts.missing(), [("es".to_owned(), "bye".to_owned())]);
///
/// let lang = Lang::of(&Arc::new(texts), ["es-MX"]);
/// assert_eq!(t!(lang, "greeting", name = "Ana").to_string(), "¡Hola, Ana!");
/// assert_eq!(t!(lang, "bye").to_string(), "Bye!");
/// # Ok::<(), wappa_core::texts::TextsError>(())
/// ```
#[must_use = "a bot says texts that it is given: `Wappa::texts`"]
pub struct Texts {
    languages: Vec<Language>,
    module: &'static str,
    faults: Vec<String>,
    /// What was asked for in vain so far.
    reported: Mutex<BTreeSet<(String, String)>>,
}

struct Language {
    id: LanguageIdentifier,
    bundle: FluentBundle<FluentResource>,
    /// The names of the texts, and the variables each speaks of.
    texts: BTreeMap<String, BTreeSet<String>>,
}

/// What is wrong with texts: everything that was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the texts are not complete:\n  {}", .0.join("\n  "))]
pub struct TextsError(Vec<String>);

impl Texts {
    /// Texts for what is said in this module and below; [`texts!`](crate::texts!) names its own.
    pub fn within(module: &'static str) -> Self {
        Self { languages: Vec::new(), module, faults: Vec::new(), reported: Mutex::default() }
    }

    /// Adds texts of a language, by its tag (BCP 47), like `en` or `pt-BR`, in Fluent's syntax. Several sources of one
    /// language add up.
    pub fn language(mut self, tag: &str, source: &str) -> Self {
        let Ok(id) = tag.parse::<LanguageIdentifier>() else {
            self.faults.push(format!("`{tag}` is no tag of a language: write it like `en` or `pt-BR`"));
            return self;
        };
        let (resource, errors) = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        self.faults.extend(errors.iter().map(|error| {
            let line = source.get(..error.pos.start).unwrap_or(source).matches('\n').count() + 1;
            format!("`{tag}`, line {line}: {error}")
        }));
        let at = self.languages.iter().position(|there| there.id == id).unwrap_or(self.languages.len());
        if at == self.languages.len() {
            self.languages.push(Language::new(id));
        }
        let Some(language) = self.languages.get_mut(at) else { return self };
        language.texts.extend(variables::of(&resource));
        if let Err(errors) = language.bundle.add_resource(resource) {
            self.faults.extend(errors.iter().map(|error| format!("`{tag}`: {error}")));
        }
        self
    }

    /// Everything that is wrong: syntax, texts that are said with [`t!`](crate::t!) and not there, variables that a text
    /// speaks of and is not given, texts that the first language lacks. The bot asks this when it starts.
    ///
    /// # Errors
    /// There is something.
    pub fn check(&self) -> Result<(), TextsError> {
        let mut faults = self.faults.clone();
        let Some((first, others)) = self.languages.split_first() else {
            faults.push("there is no language".to_owned());
            return Err(TextsError(faults));
        };
        for other in others {
            let unknown = other.texts.keys().filter(|key| !first.texts.contains_key(*key));
            faults.extend(
                unknown.map(|key| format!("`{key}` is there in `{}` and not in `{}`", other.id, first.id)),
            );
        }
        for used in used::within(self.module) {
            if !first.texts.contains_key(used.key) {
                faults.push(format!("{}: there is no text `{}` in `{}`", used.place(), used.key, first.id));
            }
            faults.extend(self.languages.iter().flat_map(|language| language.lacking(used)));
        }
        if faults.is_empty() { Ok(()) } else { Err(TextsError(faults)) }
    }

    /// What languages lack that the first one has, as tags and names: for a test that nothing is missing, and in the log
    /// when the bot starts.
    pub fn missing(&self) -> Vec<(String, String)> {
        let Some((first, others)) = self.languages.split_first() else { return Vec::new() };
        let lacks = |other: &Language| {
            let tag = other.id.to_string();
            let keys = first.texts.keys().filter(|key| !other.texts.contains_key(*key));
            keys.map(|key| (tag.clone(), key.clone())).collect::<Vec<_>>()
        };
        others.iter().flat_map(lacks).collect()
    }

    /// What has been asked for in vain so far, as tags and names: each is in the log once. At most 1,000 are remembered.
    pub fn asked_in_vain(&self) -> Vec<(String, String)> {
        self.reported().iter().cloned().collect()
    }

    /// The tags of the languages, the first one first.
    pub fn languages(&self) -> impl Iterator<Item = String> {
        self.languages.iter().map(|language| language.id.to_string())
    }

    /// Whether anything is said in this language, wherever it is spoken.
    pub fn speaks(&self, tag: &str) -> bool {
        let wanted = tag.parse::<LanguageIdentifier>();
        wanted.is_ok_and(|wanted| self.languages.iter().any(|there| there.id.language == wanted.language))
    }

    /// Where to look for a text, for somebody who wants these languages in this order: each as it is, then as it is spoken
    /// anywhere, then as it is spoken elsewhere, and in the end the first language.
    fn chain(&self, wanted: &[LanguageIdentifier]) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut add = |fits: &dyn Fn(&LanguageIdentifier) -> bool| {
            for (at, there) in self.languages.iter().enumerate() {
                if fits(&there.id) && !chain.contains(&at) {
                    chain.push(at);
                }
            }
        };
        for tag in wanted {
            add(&|there| there == tag);
            add(&|there| there.language == tag.language && there.region.is_none());
            add(&|there| there.language == tag.language);
        }
        if let Some(first) = self.languages.first() {
            add(&|there| *there == first.id);
        }
        chain
    }

    /// The text of this name in one of the languages.
    fn say(&self, at: usize, key: &str, variables: &FluentArgs<'_>) -> Option<String> {
        let language = self.languages.get(at)?;
        let Some(pattern) = language.bundle.get_message(key).and_then(|message| message.value()) else {
            self.report(language, key);
            return None;
        };
        let mut errors = Vec::new();
        let said = language.bundle.format_pattern(pattern, Some(variables), &mut errors);
        for error in errors {
            tracing::warn!(key, language = %language.id, %error, "a text is not said as it is meant");
        }
        Some(said.into_owned())
    }

    fn report(&self, language: &Language, key: &str) {
        let tag = language.id.to_string();
        let mut reported = self.reported();
        if reported.len() < REPORTED && reported.insert((tag, key.to_owned())) {
            tracing::warn!(key, language = %language.id, "a text is missing in a language");
        }
    }

    fn reported(&self) -> MutexGuard<'_, BTreeSet<(String, String)>> {
        self.reported.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Language {
    fn new(id: LanguageIdentifier) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![id.clone()]);
        // The marks around what is filled in show as boxes on some phones.
        bundle.set_use_isolating(false);
        Self { id, bundle, texts: BTreeMap::new() }
    }

    /// The variables that a text speaks of and is not given where it is said.
    fn lacking(&self, used: &'static Used) -> impl Iterator<Item = String> {
        let wanted = self.texts.get(used.key).into_iter().flatten();
        let lacking = wanted.filter(|name| !used.variables.contains(&name.as_str()));
        lacking.map(|name| {
            let (place, key) = (used.place(), used.key);
            format!("{place}: `{key}` speaks of `${name}` in `{}`, and is not given it", self.id)
        })
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let languages: Vec<String> = self.languages().collect();
        f.debug_struct("Texts").field("languages", &languages).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
