//! What becomes of templates: Meta's review of them, and its watch over what people think of them.

use super::act::ActError;
use super::change::Change;
use super::outbox::Lane;
use super::standing::Quality;
use super::template::{Template, TemplateStatus};
use super::{World, notice};

impl World {
    /// Decides about a template and tells the account.
    pub(crate) fn review(
        &mut self,
        now: i64,
        name: &str,
        language: &str,
        status: TemplateStatus,
        reason: Option<&str>,
    ) -> Result<(), ActError> {
        let mut template = self.template_named(name, language)?;
        template.status = status;
        template.reason = reason.map(str::to_owned);
        self.put(Change::Template { template: template.clone() });
        for waba in self.state.accounts() {
            let body = notice::template_status(&waba, now, &template);
            let summary = format!("{name} is {}", status.as_str());
            self.queue_field(Lane::Account { waba }, "message_template_status_update", now, &summary, body);
        }
        Ok(())
    }

    /// Says what people think of a template and tells the account.
    pub(crate) fn rate_template(
        &mut self,
        now: i64,
        name: &str,
        language: &str,
        quality: Quality,
    ) -> Result<(), ActError> {
        let mut template = self.template_named(name, language)?;
        let before = std::mem::replace(&mut template.quality, quality);
        if before == quality {
            return Ok(());
        }
        self.put(Change::Template { template: template.clone() });
        for waba in self.state.accounts() {
            let body = notice::template_quality(&waba, now, &template, before, quality);
            self.queue_field(Lane::Account { waba }, "message_template_quality_update", now, name, body);
        }
        Ok(())
    }

    fn template_named(&self, name: &str, language: &str) -> Result<Template, ActError> {
        let key = (name.to_owned(), language.to_owned());
        let found = self.state.templates.get(&key).cloned();
        found.ok_or_else(|| ActError::NoSuchTemplate(name.to_owned(), language.to_owned()))
    }
}
