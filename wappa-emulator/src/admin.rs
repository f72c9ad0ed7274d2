//! Changing the world from outside: what is known of people, how numbers stand, what becomes of templates.

use wappa_cloud::{MessageId, PhoneNumberId, UserId, WaId};

use crate::emulator::Emulator;
use crate::error::EmulatorError;
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
