//! Whom a message is for, and under which name of theirs it is sent.

use crate::{
    draft::DraftError,
    id::{GroupId, UserId, WaId},
    phone::PhoneNumber,
};

/// Whom a message is for: everything known that it could be addressed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Recipient {
    /// The business-scoped user id: preferred wherever the kind of message allows it.
    pub user_id: Option<UserId>,
    /// The WhatsApp id, exactly as Meta gave it.
    pub wa_id: Option<WaId>,
    /// A phone number that Meta has not confirmed.
    pub phone: Option<PhoneNumber>,
    /// A group.
    pub group_id: Option<GroupId>,
}

/// How a message is addressed on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// By `recipient`: a business-scoped user id.
    User(UserId),
    /// By `to`: a phone number with `+`.
    Number(String),
    /// By `to` with `recipient_type` `group`.
    Group(GroupId),
}

impl Recipient {
    /// The address for a kind of message.
    ///
    /// # Errors
    /// Nothing is known that this kind of message may be sent to.
    pub fn address(&self, allows: AllowsUserId) -> Result<Address, DraftError> {
        if let Some(group) = &self.group_id {
            return Ok(Address::Group(group.clone()));
        }
        if let (Some(user), AllowsUserId::Yes) = (&self.user_id, allows) {
            return Ok(Address::User(user.clone()));
        }
        if let Some(wa_id) = &self.wa_id {
            return Ok(Address::Number(format!("+{}", wa_id.as_str().trim_start_matches('+'))));
        }
        if let Some(phone) = &self.phone {
            return Ok(Address::Number(phone.to_e164()));
        }
        Err(if self.user_id.is_some() { DraftError::needs_number() } else { DraftError::no_address() })
    }
}

/// Whether a kind of message may be sent to a business-scoped user id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowsUserId {
    /// It may.
    Yes,
    /// It needs a phone number (131062).
    No,
}

impl From<PhoneNumber> for Recipient {
    fn from(phone: PhoneNumber) -> Self {
        Self { phone: Some(phone), ..Self::default() }
    }
}

impl From<UserId> for Recipient {
    fn from(user_id: UserId) -> Self {
        Self { user_id: Some(user_id), ..Self::default() }
    }
}

impl From<WaId> for Recipient {
    fn from(wa_id: WaId) -> Self {
        Self { wa_id: Some(wa_id), ..Self::default() }
    }
}

impl From<GroupId> for Recipient {
    fn from(group_id: GroupId) -> Self {
        Self { group_id: Some(group_id), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_id_is_preferred_where_it_is_allowed() {
        let both =
            Recipient { wa_id: Some(WaId::from("16505551234")), ..Recipient::from(UserId::from("US.1")) };
        assert_eq!(both.address(AllowsUserId::Yes).unwrap(), Address::User(UserId::from("US.1")));
        assert_eq!(both.address(AllowsUserId::No).unwrap(), Address::Number("+16505551234".to_owned()));
        assert!(Recipient::from(UserId::from("US.1")).address(AllowsUserId::No).is_err());
        assert!(Recipient::default().address(AllowsUserId::Yes).is_err());
    }
}
