//! What the documents could not answer.

pub mod gap;

#[cfg(feature = "ssr")]
pub use record::{NewUnanswered, record};

#[cfg(feature = "ssr")]
mod record {
    use super::gap::UnansweredCause;
    use crate::{
        error::AppError,
        ids::{GapId, UnansweredQuestionId, UserId},
        platform::database::TenantTx,
    };

    /// A question that the documents could not answer.
    #[derive(Debug, Clone, PartialEq)]
    pub struct NewUnanswered {
        pub question: String,
        pub asked_by: UserId,
        pub cause: UnansweredCause,
        /// The model and the question's vector, if there is one.
        pub embedding: Option<(String, Vec<f32>)>,
        /// The cosine of the nearest passage, if there was a vector.
        pub best_score: Option<f32>,
    }

    /// Notes the question in a gap of its own. (Stands in until gaps are grouped by meaning.)
    pub async fn record(tx: &mut TenantTx, question: &NewUnanswered) -> Result<(), AppError> {
        let tenant_id = tx.tenant_id();
        let gap = GapId::generate();
        let title: String = question.question.chars().take(300).collect();
        sqlx::query!(
            "insert into knowledge_gaps (tenant_id, id, title) values ($1, $2, $3)",
            tenant_id.uuid(),
            gap.uuid(),
            title,
        )
        .execute(tx.connection())
        .await?;
        sqlx::query!(
            "insert into unanswered_questions (tenant_id, id, gap_id, question, asked_by, cause, best_score)
             values ($1, $2, $3, $4, $5, $6, $7)",
            tenant_id.uuid(),
            UnansweredQuestionId::generate().uuid(),
            gap.uuid(),
            question.question,
            question.asked_by.uuid(),
            question.cause.as_str(),
            question.best_score,
        )
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}
