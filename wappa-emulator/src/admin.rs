//! Changing the world from outside: what is known of people, how numbers stand, what becomes of templates.

use serde_json::json;
use std::sync::Arc;
use wappa_cloud::{MessageId, PhoneNumberId, UserId, WaId};

use crate::business::OtherApp;
use crate::emulator::Emulator;
use crate::error::EmulatorError;
use crate::sink::WebhookSink;
use crate::world::{
    ActError, Blocking, CallAct, ChatKey, Control, Marketing, Membership, Number, Person, PersonId, Quality,
    Standing, Suspension, Template, TemplateStatus,
};

impl Emulator {
    /// Changes what is known about a person: name, locale, country, app, attitude. Nobody is told.
    ///
    /// # Errors
    /// There is no such person.
    pub fn edit_person(
        &self,
        id: &PersonId,
        edit: impl FnOnce(&mut Person),
    ) -> Result<Person, EmulatorError> {
        Ok(self.step(|world, _| world.edit_person(id, edit))?)
    }

    /// How a business number stands with Meta.
    ///
    /// # Errors
    /// There is no such number.
    pub fn standing(&self, number: &PhoneNumberId) -> Result<Standing, EmulatorError> {
        Ok(self.edit_standing(number, |_| {})?.standing)
    }

    /// Changes how a business number stands with Meta: its tier, its quality, what it may do. A new tier or throughput is
    /// told by webhook.
    ///
    /// ```
    /// use wappa_emulator::{Emulator, EmulatorConfig, world::Trouble};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let emulator = Emulator::open(EmulatorConfig::for_tests()).await?;
    /// let number = emulator.business().phone_number_id;
    /// emulator.edit_standing(&number, |standing| standing.trouble = Some(Trouble::Unpaid))?;
    /// // Every send is refused with 131042 from now on.
    /// # Ok::<(), wappa_emulator::EmulatorError>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    /// There is no such number.
    pub fn edit_standing(
        &self,
        number: &PhoneNumberId,
        edit: impl FnOnce(&mut Standing),
    ) -> Result<Number, EmulatorError> {
        Ok(self.step(|world, now| world.edit_standing(now, number, edit))?)
    }

    /// The templates, by name and language.
    pub fn templates(&self) -> Vec<Template> {
        self.inner.core().world.state().templates.values().cloned().collect()
    }

    /// Decides about a template as Meta's review and its watch over quality do; the account is told by webhook.
    ///
    /// # Errors
    /// There is no such template.
    pub fn review(
        &self,
        name: &str,
        language: &str,
        status: TemplateStatus,
        reason: Option<&str>,
    ) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.review(now, name, language, status, reason))?)
    }

    /// Says what people think of a template; the account is told by webhook.
    ///
    /// # Errors
    /// There is no such template.
    pub fn rate_template(&self, name: &str, language: &str, quality: Quality) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.rate_template(now, name, language, quality))?)
    }

    /// Makes another app that is subscribed to the account of the first business number: it hears what the bot hears, signed
    /// with a secret of its own, in lanes of its own. Its calls change its subscription: `subscribed_apps`, `subscriptions`,
    /// addresses for an account or a number. It hears where [`Emulator::connect_app`] says, or else over HTTP at the address it
    /// named.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use wappa_emulator::{Emulator, EmulatorConfig, RouterSink};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let emulator = Emulator::open(EmulatorConfig::for_tests()).await?;
    /// let helpdesk = emulator.add_app("Helpdesk");
    /// let app = axum::Router::new().fallback(|| async { "heard" });
    /// emulator.connect_app(&helpdesk, Arc::new(RouterSink::new(app)));
    /// # Ok::<(), wappa_emulator::EmulatorError>(()) }).unwrap();
    /// ```
    pub fn add_app(&self, name: &str) -> OtherApp {
        let account = self.business().waba_id;
        self.step(|world, _| world.add_app(name, &account)).into()
    }

    /// Where the webhooks of another app go from now on, those that wait included.
    pub fn connect_app(&self, app: &OtherApp, sink: Arc<dyn WebhookSink>) {
        let mut core = self.inner.core();
        core.sinks.connect_app(&app.id, sink);
        core.lanes.forget_failures();
        core.feed.poke();
    }

    /// Names the address of another app, as it would itself by `subscriptions`.
    pub(crate) fn send_app_to(&self, app: &OtherApp, url: &str) {
        self.step(|world, _| {
            world.keep_record(&app.id, "webhook", Some(json!({ "override_callback_uri": url })));
        });
    }

    /// The apps beside the bot's.
    pub fn apps(&self) -> Vec<OtherApp> {
        self.inner.core().world.apps().into_iter().map(OtherApp::from).collect()
    }

    /// The owner of a number that is used in the WhatsApp Business app writes there.
    ///
    /// # Errors
    /// The number is not used there.
    pub fn owner_says(&self, chat: &ChatKey, text: &str) -> Result<MessageId, EmulatorError> {
        Ok(self.step(|world, now| world.owner_says(now, chat, text))?)
    }

    pub(crate) fn block(&self, chat: &ChatKey, blocking: Blocking) -> Result<(), EmulatorError> {
        Ok(self.step(|world, _| world.block(chat, blocking))?)
    }

    pub(crate) fn opt(&self, chat: &ChatKey, marketing: Marketing) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.opt(now, chat, marketing))?)
    }

    pub(crate) fn pass_control(&self, chat: &ChatKey, to: Control) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.pass_control(now, chat, to))?)
    }

    pub(crate) fn change_number(&self, chat: &ChatKey, to: WaId) -> Result<Person, EmulatorError> {
        Ok(self.step(|world, now| world.change_number(now, chat, to))?)
    }

    pub(crate) fn change_user_id(&self, chat: &ChatKey) -> Result<UserId, EmulatorError> {
        Ok(self.step(|world, now| world.change_user_id(now, chat))?)
    }

    pub(crate) fn edit_message(
        &self,
        chat: &ChatKey,
        id: &MessageId,
        text: &str,
    ) -> Result<MessageId, EmulatorError> {
        Ok(self.step(|world, now| world.edit_message(now, chat, id, text))?)
    }

    pub(crate) fn revoke(&self, chat: &ChatKey, id: &MessageId) -> Result<MessageId, EmulatorError> {
        Ok(self.step(|world, now| world.revoke(now, chat, id))?)
    }

    pub(crate) fn click(&self, chat: &ChatKey, id: &MessageId) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.click(now, chat, id))?)
    }

    /// Moves a Flow into a state, as Meta's watch over it does: `BLOCKED`, `THROTTLED`, `PUBLISHED`… The account is told.
    ///
    /// # Errors
    /// There is no such Flow.
    pub fn move_flow(&self, flow: &str, status: &str) -> Result<(), EmulatorError> {
        let moved = self.step(|world, now| world.move_flow(now, flow, status));
        Ok(moved.map_err(|_| ActError::NoSuchFlow(flow.to_owned()))?)
    }

    /// Suspends a group, as Meta does; the business is told.
    ///
    /// # Errors
    /// There is no such group.
    pub fn suspend_group(&self, group: &str) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.suspend_group(now, group, Suspension::Suspended))?)
    }

    /// Lets a suspended group go on; the business is told.
    ///
    /// # Errors
    /// There is no such group.
    pub fn resume_group(&self, group: &str) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.suspend_group(now, group, Suspension::Lifted))?)
    }

    /// The ids of the groups of a business number.
    pub fn groups(&self, number: &PhoneNumberId) -> Vec<String> {
        let groups = self.inner.core().world.nodes("group", number.as_str());
        groups.iter().filter_map(|group| Some(group["id"].as_str()?.to_owned())).collect()
    }

    pub(crate) fn call_business(&self, chat: &ChatKey) -> Result<String, EmulatorError> {
        Ok(self.step(|world, now| world.call_business(now, chat))?)
    }

    pub(crate) fn act_on_call(&self, call: &str, act: CallAct) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.act_on_call(now, call, act))?)
    }

    pub(crate) fn membership(
        &self,
        group: &str,
        person: &PersonId,
        act: Membership,
    ) -> Result<(), EmulatorError> {
        Ok(self.step(|world, now| world.membership(now, group, person, act))?)
    }

    pub(crate) fn say_in_group(
        &self,
        group: &str,
        person: &PersonId,
        text: &str,
    ) -> Result<MessageId, EmulatorError> {
        Ok(self.step(|world, now| world.say_in_group(now, group, person, text))?)
    }
}
