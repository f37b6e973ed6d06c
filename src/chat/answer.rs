//! Writing an answer: look up, let a provider or the built-in engine answer, check what it cites, put
//! it down. Outlives the request that asked.

pub mod citations;
mod extract;
mod memory;
mod provide;
mod retrieval;
mod written;

pub use extract::{QuestionVector, vector_of};

use super::{
    conversation::Asked,
    live::Pen,
    message::{AnswerOutcome, AnswerProblem, MessageStatus},
    store::{
        answers::{self, Beat, Ended, Finished, Work},
        context::{History, find_history},
        sources,
    },
};
use crate::{
    accounts::member::Member,
    ai::{
        BUILT_IN,
        builtin::answer::Before,
        provider::FallbackReason,
        run::{
            Caller, TriedOutput,
            text::{TextRoute, find_text_route, record_built_in_text},
        },
    },
    error::AppError,
    knowledge::gaps::{self, NewUnanswered, gap::UnansweredCause},
    platform::{Services, database::TenantTx, trace},
    prompts::store::{ActivePrompt, PromptVersion, WorkflowStep},
};
use memory::Summary;
use provide::{Provided, provide};
use retrieval::{Retrieved, Source, retrieve};
use serde_json::{Value, json};
use std::{
    convert::Infallible,
    future::pending,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;
use written::Written;

/// How often an answer gives a sign of life and keeps what it has.
const BEAT: Duration = Duration::from_millis(500);

/// Begins to write an answer whose row is committed; returns at once.
pub fn begin(services: &Services, member: &Member, asked: Asked) {
    let pen = services.answers.begin(asked.answer);
    let (services, member) = (services.clone(), member.clone());
    services.tasks.clone().spawn(trace::carry(async move { run(&services, &member, asked, pen).await }));
}

/// Writes an answer whose row is committed; returns when it is done.
pub async fn write(services: &Services, member: &Member, asked: Asked) {
    let pen = services.answers.begin(asked.answer);
    run(services, member, asked, pen).await;
}

async fn run(services: &Services, member: &Member, asked: Asked, pen: Pen) {
    let started = Instant::now();
    let made = tokio::select! {
        made = make(services, member, asked, &pen) => made,
        never = keep_alive(services, member, asked, &pen) => match never {},
    };
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            tracing::error!(error.kind = ?error, "an answer could not be written");
            fail(services, member, asked, &pen, started.elapsed()).await;
            pen.done(MessageStatus::Failed);
            return;
        }
    };
    match put_down(services, member, asked, &made, started.elapsed()).await {
        Ok(true) => pen.done(made.written.ended.status()),
        Ok(false) => return, // nobody waits for it any more
        Err(error) => {
            // The row stays pending and is found to be interrupted.
            tracing::error!(error.kind = ?error, "an answer could not be kept");
            pen.done(MessageStatus::Failed);
            return;
        }
    }
    if let Err(error) = memory::summarise(services, member, asked.session, &made.caller).await {
        tracing::warn!(error.kind = ?error, "a conversation could not be summarised");
    }
}

/// Says that it went wrong. What a provider had said is not kept: nobody has checked it.
async fn fail(services: &Services, member: &Member, asked: Asked, pen: &Pen, latency: Duration) {
    let problem = if pen.is_closing() { AnswerProblem::Interrupted } else { AnswerProblem::Failed };
    let finished = Finished::failed(problem, latency);
    let kept = async {
        let mut tx = TenantTx::begin(&services.pool, member).await?;
        answers::finish(&mut tx, asked.session, asked.answer, &finished).await?;
        tx.commit().await
    };
    if let Err(error) = kept.await {
        // The row stays pending and is found to be interrupted.
        tracing::error!(error.kind = ?error, "an answer could not be ended");
    }
}

/// Gives signs of life, and hands a stop that was asked for elsewhere to whoever writes; also where the
/// answer is no longer there to be written, so that a call in flight ends in good order and is settled.
async fn keep_alive(services: &Services, member: &Member, asked: Asked, pen: &Pen) -> Infallible {
    loop {
        tokio::time::sleep(BEAT).await;
        match beat(services, member, asked, pen).await {
            Ok(Beat::GoOn) => {}
            Ok(Beat::Stop) => pen.halt().cancel(),
            Ok(Beat::Gone) => {
                pen.halt().cancel();
                return pending().await;
            }
            Err(error) => tracing::warn!(error.kind = ?error, "an answer could not be kept so far"),
        }
    }
}

async fn beat(services: &Services, member: &Member, asked: Asked, pen: &Pen) -> Result<Beat, AppError> {
    let text = pen.text();
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let beat = answers::beat(&mut tx, asked.answer, &text).await?;
    tx.commit().await?;
    Ok(beat)
}

/// An answer with all that is kept of how it was made.
struct Made {
    written: Written,
    caller: Caller,
    maker: Option<Maker>,
    input_tokens: u32,
    output_tokens: u32,
    tool_calls: Value,
    question: String,
    vector: QuestionVector,
    best_cosine: Option<f32>,
}

/// Who made it.
struct Maker {
    prompt: PromptVersion,
    model: String,
    provider: String,
    fallback: Option<FallbackReason>,
    is_own_key: bool,
}

impl Maker {
    fn built_in(prompt: PromptVersion, fallback: Option<FallbackReason>) -> Self {
        Self { prompt, model: BUILT_IN.to_owned(), provider: BUILT_IN.to_owned(), fallback, is_own_key: false }
    }
}

async fn make(services: &Services, member: &Member, asked: Asked, pen: &Pen) -> Result<Made, AppError> {
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let Work { question, position, correlation_id } = answers::find_work(&mut tx, asked.answer).await?;
    sources::note_earlier(&mut tx, member, asked.session, position, asked.answer).await?;
    let history = find_history(&mut tx, member, asked.session, position).await?;
    tx.commit().await?;
    let caller = Caller {
        tenant_id: member.tenant_id,
        user_id: Some(member.user_id),
        incident_id: None,
        correlation_id,
        is_trial: false,
    };
    let task =
        Task { services, member, caller, question: &question, history: &history, purpose: Purpose::Answer(asked) };
    let halt = pen.halt();
    let answer = async {
        let _turn = services.answers.turn().await;
        task.answer(halt, || pen.is_closing(), |piece| pen.write(piece)).await
    };
    tokio::select! {
        biased;
        made = answer => made,
        // Search and engine know nothing of halting; a provider's stream ends by itself and is settled.
        () = after_halt(halt) => Ok(Made::halted(&task, pen.is_closing(), pen.text())),
    }
}

/// A while after a halt, so that a stream that can end in good order does.
async fn after_halt(halt: &CancellationToken) {
    halt.cancelled().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
}

impl Made {
    fn of(task: &Task<'_>, written: Written) -> Self {
        Self {
            written,
            caller: task.caller,
            maker: None,
            input_tokens: 0,
            output_tokens: 0,
            tool_calls: json!([]),
            question: task.question.to_owned(),
            vector: None,
            best_cosine: None,
        }
    }

    fn halted(task: &Task<'_>, is_closing: bool, text: String) -> Self {
        let ended = if is_closing {
            Ended::Failed(AnswerProblem::Interrupted)
        } else {
            Ended::Completed(AnswerOutcome::Stopped)
        };
        Self::of(task, Written { text: citations::without_marks(&text), sources: Vec::new(), ended })
    }
}

/// One question to answer.
struct Task<'a> {
    services: &'a Services,
    member: &'a Member,
    caller: Caller,
    question: &'a str,
    history: &'a History,
    purpose: Purpose<'a>,
}

/// What it is answered for.
#[derive(Clone, Copy)]
enum Purpose<'a> {
    Answer(Asked),
    /// To try a template; nothing is kept.
    Trial(&'a ActivePrompt),
}

impl<'a> Purpose<'a> {
    const fn trial(self) -> Option<&'a ActivePrompt> {
        match self {
            Self::Answer(_) => None,
            Self::Trial(prompt) => Some(prompt),
        }
    }
}

impl Task<'_> {
    async fn answer(
        &self,
        halt: &CancellationToken,
        is_closing: impl Fn() -> bool,
        mut show: impl FnMut(&str) + Send,
    ) -> Result<Made, AppError> {
        let before: Vec<&str> = self.history.turns.iter().map(|turn| turn.question.as_str()).collect();
        let found = retrieve(self.services, self.member, self.question, &before).await?;
        self.note(&found.sources).await?;
        let made = Made {
            vector: vector_of(self.services, self.question).await,
            best_cosine: found.best_cosine,
            tool_calls: json!([found.call]),
            ..Made::of(self, Written::not_found(&found.sources))
        };
        if halt.is_cancelled() {
            return Ok(Made { tool_calls: made.tool_calls, ..Made::halted(self, is_closing(), String::new()) });
        }
        let route =
            find_text_route(self.services, &self.caller, WorkflowStep::AnswerQuestion, self.purpose.trial()).await?;
        let (prompt, reason) = match route {
            TextRoute::BuiltIn { prompt, reason } => (prompt, reason),
            // Without a passage there is nothing to ask about.
            TextRoute::Provider(call) if found.sources.is_empty() => (call.prompt(), None),
            TextRoute::Provider(call) => {
                let input = provide::input(self.question, &found.sources, self.history)?;
                let maker = Maker {
                    prompt: call.prompt(),
                    model: call.model(),
                    provider: call.provider().to_owned(),
                    fallback: None,
                    is_own_key: call.has_own_key(),
                };
                match provide(self.services, &call, input, &found.sources, halt, is_closing, &mut show).await? {
                    Provided::Written { written, input_tokens, output_tokens } => {
                        return Ok(Made { written, maker: Some(maker), input_tokens, output_tokens, ..made });
                    }
                    Provided::Nothing(reason) => (maker.prompt, Some(reason)),
                }
            }
        };
        let written = self.extract(&found, &made.vector, prompt, reason, &mut show).await?;
        Ok(Made { written, maker: Some(Maker::built_in(prompt, reason)), ..made })
    }

    /// Nothing is shown before it is known what it is made from.
    async fn note(&self, found: &[Source]) -> Result<(), AppError> {
        let Purpose::Answer(asked) = self.purpose else { return Ok(()) };
        let found: Vec<_> = found.iter().map(|source| source.citation(source.number, String::new(), false)).collect();
        let mut tx = TenantTx::begin(&self.services.pool, self.member).await?;
        sources::note_found(&mut tx, asked.answer, &found).await?;
        tx.commit().await
    }

    async fn extract(
        &self,
        found: &Retrieved,
        vector: &QuestionVector,
        prompt: PromptVersion,
        reason: Option<FallbackReason>,
        show: &mut impl FnMut(&str),
    ) -> Result<Written, AppError> {
        let started = Instant::now();
        // Only a question that goes on from another may be told to look there.
        let told = if found.carried.is_empty() { String::new() } else { memory::told(self.history) };
        let before = Before { questions: &found.carried, told: &told };
        let written = extract::extract(self.services, self.question, before, vector, &found.sources).await;
        let step = WorkflowStep::AnswerQuestion;
        record_built_in_text(self.services, &self.caller, step, prompt, reason, started.elapsed()).await?;
        written.text.split_inclusive('\n').for_each(show);
        Ok(written)
    }
}

/// The answer, its citations, and the gap that it leaves, at once; false if nobody waits for it any more.
async fn put_down(
    services: &Services,
    member: &Member,
    asked: Asked,
    made: &Made,
    latency: Duration,
) -> Result<bool, AppError> {
    let maker = made.maker.as_ref();
    let finished = Finished {
        text: made.written.text.clone(),
        ended: made.written.ended,
        sources: made.written.sources.clone(),
        prompt: maker.map(|maker| maker.prompt),
        model: maker.map(|maker| maker.model.clone()),
        provider: maker.map(|maker| maker.provider.clone()),
        fallback: maker.and_then(|maker| maker.fallback),
        is_own_key: maker.is_some_and(|maker| maker.is_own_key),
        input_tokens: made.input_tokens,
        output_tokens: made.output_tokens,
        tool_calls: made.tool_calls.clone(),
        latency,
    };
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let is_kept = answers::finish(&mut tx, asked.session, asked.answer, &finished).await?;
    if let Some(cause) = cause_of_gap(&made.written).filter(|_| is_kept) {
        let unanswered = NewUnanswered {
            question: made.question.clone(),
            asked_by: member.user_id,
            cause,
            embedding: made.vector.clone(),
            best_score: made.best_cosine,
        };
        gaps::record(&mut tx, &unanswered).await?;
    }
    tx.commit().await?;
    Ok(is_kept)
}

fn cause_of_gap(written: &Written) -> Option<UnansweredCause> {
    match written.ended {
        // That there is nothing further doesn't say that something is missing.
        Ended::Completed(AnswerOutcome::NotFound) if !written.text.is_empty() => None,
        Ended::Completed(AnswerOutcome::NotFound) => Some(UnansweredCause::NotFound),
        Ended::Completed(AnswerOutcome::Unverified) => Some(UnansweredCause::Unverified),
        Ended::Completed(AnswerOutcome::Answered | AnswerOutcome::Stopped) | Ended::Failed(_) => None,
    }
}

/// What one version of a chat step's template makes of a typed question, or of a typed conversation.
/// Nothing is kept of it but the ledger's entries.
pub async fn try_typed(
    services: &Services,
    member: &Member,
    caller: Caller,
    step: WorkflowStep,
    typed: &str,
    prompt: &ActivePrompt,
) -> Result<TriedOutput, AppError> {
    if step == WorkflowStep::SummariseChat {
        let Summary { text, maker, problem } = memory::try_summary(services, &caller, typed, prompt).await?;
        return Ok(TriedOutput { output: json!({ "text": text, "citations": [] }), maker, problem });
    }
    let history = History::default();
    let purpose = Purpose::Trial(prompt);
    let task = Task { services, member, caller, question: typed, history: &history, purpose };
    let made = task.answer(&CancellationToken::new(), || false, |_| ()).await?;
    let titles = titles_of(services, member, &made.written).await?;
    let (maker, problem) = made.maker.map_or((BUILT_IN.to_owned(), None), |maker| (maker.model, maker.fallback));
    let outcome = match made.written.ended {
        Ended::Completed(outcome) => outcome,
        Ended::Failed(_) => return Err(AppError::Unavailable),
    };
    Ok(TriedOutput {
        output: json!({ "text": made.written.text, "outcome": outcome, "citations": titles }),
        maker,
        problem,
    })
}

async fn titles_of(services: &Services, member: &Member, written: &Written) -> Result<Vec<Value>, AppError> {
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let mut titles = Vec::new();
    for source in written.sources.iter().filter(|source| source.was_cited) {
        let title = super::store::context::find_title(&mut tx, source.document_tenant_id, source.document_id).await?;
        titles.push(json!({ "number": source.number, "title": title, "quote": source.quote }));
    }
    Ok(titles)
}
