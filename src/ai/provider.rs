//! The kinds of provider that may answer for a step.

use crate::text_enum::text_enum;

text_enum! {
    /// How a provider is spoken to.
    ProviderKind {
        OpenAi = "openai", "OpenAI";
        Anthropic = "anthropic", "Anthropic";
        Gemini = "gemini", "Google Gemini";
        Ollama = "ollama", "Ollama";
        /// Any server that speaks OpenAI's chat completions.
        OpenAiCompatible = "openai_compatible", "OpenAI-compatible";
    }
}

impl ProviderKind {
    /// Whether it answers only to a key.
    pub const fn needs_key(self) -> bool {
        matches!(self, Self::OpenAi | Self::Anthropic | Self::Gemini)
    }

    /// Where it is reached unless another address is told.
    pub const fn usual_address(self) -> Option<&'static str> {
        match self {
            Self::OpenAi => Some("https://api.openai.com/v1"),
            Self::Anthropic => Some("https://api.anthropic.com/v1"),
            Self::Gemini => Some("https://generativelanguage.googleapis.com/v1beta"),
            Self::Ollama => Some("http://localhost:11434"),
            Self::OpenAiCompatible => None,
        }
    }

    /// Whether its address has to be told.
    pub const fn needs_address(self) -> bool {
        self.usual_address().is_none()
    }
}

text_enum! {
    /// Why the built-in engine answered although a provider was chosen.
    FallbackReason {
        ProvidersOff = "providers_off", "AI providers are switched off for the organisation";
        NoAccess = "no_access", "the person who started it has no access to AI providers";
        ProviderDisabled = "provider_disabled", "the provider is switched off";
        NoKey = "no_key", "the provider's key is missing or can't be read";
        CapTenant = "cap_tenant", "the organisation's monthly limit would be exceeded";
        CapPerson = "cap_person", "the person's monthly limit would be exceeded";
        Unauthorised = "unauthorised", "the provider refused the key";
        ModelUnknown = "model_unknown", "the provider doesn't know the model";
        RateLimited = "rate_limited", "the provider had too many requests";
        TimedOut = "timed_out", "the provider took too long";
        Unreachable = "unreachable", "the provider could not be reached";
        ProviderFailed = "provider_failed", "the provider had an error";
        CircuitOpen = "circuit_open", "the provider failed several times in a row and is given a rest";
        Refused = "refused", "the provider declined to answer";
        Truncated = "truncated", "the provider's answer was cut off";
        InvalidOutput = "invalid_output", "the provider's answer didn't have the required form, twice";
    }
}
