//! Why a provider gave no usable answer.

use crate::ai::provider::FallbackReason;

/// What went wrong, without a word of what was asked or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CallProblem {
    #[error("the provider refused the key")]
    Unauthorised,
    #[error("the provider doesn't know the model")]
    ModelUnknown,
    #[error("the provider had too many requests")]
    RateLimited,
    #[error("the provider took too long")]
    TimedOut,
    #[error("the provider could not be reached")]
    Unreachable,
    /// It said that it had an error, or didn't take the request.
    #[error("the provider had an error")]
    ProviderFailed,
    /// It failed several times in a row and was not asked.
    #[error("the provider failed several times in a row and is given a rest")]
    CircuitOpen,
    #[error("the provider declined to answer")]
    Refused,
    /// The answer was longer than allowed, or the connection was lost.
    #[error("the provider's answer was cut off")]
    Truncated,
    /// What came back isn't an answer in the provider's format.
    #[error("the provider's answer could not be read")]
    Malformed,
    /// It is in a place to which this server may not connect; nothing was sent.
    #[error("the provider's address is not allowed")]
    AddressNotAllowed,
}

impl CallProblem {
    /// Why the built-in engine answers instead.
    pub const fn reason(self) -> FallbackReason {
        match self {
            Self::Unauthorised => FallbackReason::Unauthorised,
            Self::ModelUnknown => FallbackReason::ModelUnknown,
            Self::RateLimited => FallbackReason::RateLimited,
            Self::TimedOut => FallbackReason::TimedOut,
            Self::Unreachable | Self::AddressNotAllowed => FallbackReason::Unreachable,
            Self::ProviderFailed | Self::Malformed => FallbackReason::ProviderFailed,
            Self::CircuitOpen => FallbackReason::CircuitOpen,
            Self::Refused => FallbackReason::Refused,
            Self::Truncated => FallbackReason::Truncated,
        }
    }

    /// Whether the provider may have worked on the request, and so charge for it.
    pub const fn may_have_cost(self) -> bool {
        matches!(self, Self::TimedOut | Self::Refused | Self::Truncated | Self::Malformed)
    }
}
