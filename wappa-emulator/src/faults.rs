//! What goes wrong on request: the handle through which a test, the page or a program asks for it.

use wappa_cloud::{AccessToken, PhoneNumberId};

use crate::emulator::Emulator;
use crate::error::EmulatorError;
use crate::world::{ActiveFault, ChatKey, Fault, FaultId};

/// Makes things go wrong in an emulator. Without it nothing does.
#[derive(Clone, Debug)]
pub struct Faults {
    emulator: Emulator,
}

impl Faults {
    pub(crate) fn new(emulator: Emulator) -> Self {
        Self { emulator }
    }

    /// Asks for a fault, from now on.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wappa_emulator::{Emulator, EmulatorConfig, Fault};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let emulator = Emulator::open(EmulatorConfig::for_tests()).await?;
    /// let faults = emulator.faults();
    /// faults.inject(Fault::refuse(130_429).times(3));
    /// faults.inject(Fault::drop_acks().lasting(Duration::from_secs(60)));
    /// assert_eq!(faults.active().len(), 2);
    /// # Ok::<(), wappa_emulator::EmulatorError>(()) }).unwrap();
    /// ```
    pub fn inject(&self, fault: impl Into<Fault>) -> FaultId {
        let fault = fault.into();
        self.emulator.step(|world, now| world.faults().inject(now, fault))
    }

    /// Ends a fault before its time. One that has ended already stays so.
    pub fn lift(&self, id: FaultId) {
        self.emulator.step(|world, _| world.faults().lift(id));
    }

    /// Ends all faults.
    pub fn lift_all(&self) {
        self.emulator.step(|world, _| world.faults().lift_all());
    }

    /// The faults that still have something to do, oldest first.
    pub fn active(&self) -> Vec<ActiveFault> {
        self.emulator.step(|world, now| world.faults().active(now).cloned().collect())
    }

    /// Closes the customer service window of a chat before its time.
    ///
    /// # Errors
    /// There is no such number or person.
    pub fn close_window(&self, chat: &ChatKey) -> Result<(), EmulatorError> {
        Ok(self.emulator.step(|world, now| world.close_window(now, chat))?)
    }

    /// Lets the access token of a number be too old: calls get 190.
    ///
    /// # Errors
    /// There is no such number.
    pub fn expire_token(&self, number: &PhoneNumberId) -> Result<(), EmulatorError> {
        Ok(self.emulator.step(|world, now| world.expire_token(now, number))?)
    }

    /// Gives a number a new access token. The old one gets 190.
    ///
    /// # Errors
    /// There is no such number.
    pub fn renew_token(&self, number: &PhoneNumberId) -> Result<AccessToken, EmulatorError> {
        let number = self.emulator.step(|world, _| world.renew_token(number))?;
        Ok(AccessToken::new(number.access_token))
    }
}
