//! Lists of versions: whose they are, which is in use, who made them and how they did.

use super::{
    WorkflowStep,
    figures::{list_figures, sum_cost_this_month},
    owner_of,
    trials::list_trials,
};
use crate::{
    accounts::member::Member,
    ai::schema,
    error::AppError,
    ids::{PromptId, TenantId},
    platform::database::TenantTx,
    prompts::{
        comparison::Setting,
        figures::Figures,
        prompt::{Owner, StepSummary, StepVersions, Version, VersionDetails, VersionName, VersionState},
    },
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// A version as it is stored, without its text.
struct RawVersion {
    tenant_id: TenantId,
    id: PromptId,
    prompt_version: i32,
    workflow_step: String,
    description: String,
    is_active: bool,
    author: Option<String>,
    created_at: DateTime<Utc>,
    replaced_by: Option<PromptId>,
    replaced_at: Option<DateTime<Utc>>,
}

impl RawVersion {
    fn owner(&self) -> Owner {
        owner_of(self.tenant_id)
    }

    fn name(&self) -> VersionName {
        VersionName { owner: self.owner(), number: self.prompt_version }
    }
}

/// The tenant's own versions and the defaults, of one step or of all, the newest first.
async fn list_raw(tx: &mut TenantTx, step: Option<WorkflowStep>) -> Result<Vec<RawVersion>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        RawVersion,
        r#"select p.tenant_id as "tenant_id: TenantId", p.id as "id: PromptId", p.prompt_version, p.workflow_step,
                  p.description, p.is_active, m.display_name as "author?", p.created_at,
                  p.replaced_by as "replaced_by: PromptId", p.replaced_at
           from prompt_templates p
           left join memberships m on m.tenant_id = p.tenant_id and m.user_id = p.created_by
           where p.tenant_id in ($1, app.system_tenant_id()) and ($2::text is null or p.workflow_step = $2)
           order by p.created_at desc, p.id desc"#,
        tenant_id.uuid(),
        step.map(WorkflowStep::as_str),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// What stands in a step: the own version and the default that are active.
struct Standing<'a> {
    own: Option<&'a RawVersion>,
    default: Option<&'a RawVersion>,
    /// Since when the default is the active one.
    default_since: Option<DateTime<Utc>>,
}

impl<'a> Standing<'a> {
    fn of(versions: &[&'a RawVersion]) -> Self {
        let active = |owner| versions.iter().copied().find(|version| version.is_active && version.owner() == owner);
        let default = active(Owner::Default);
        let default_since = default.map(|default| {
            let replacements = versions.iter().filter(|version| version.replaced_by == Some(default.id));
            replacements.filter_map(|version| version.replaced_at).max().unwrap_or(default.created_at)
        });
        Self { own: active(Owner::Own), default, default_since }
    }

    fn in_use(&self) -> Result<&'a RawVersion, AppError> {
        self.own.or(self.default).ok_or(AppError::NotFound)
    }

    fn state(&self, version: &RawVersion) -> VersionState {
        if self.own.or(self.default).is_some_and(|in_use| in_use.id == version.id) {
            VersionState::InUse
        } else if self.default.is_some_and(|default| default.id == version.id) {
            VersionState::CurrentDefault
        } else {
            VersionState::NotInUse
        }
    }

    /// A default that became the active one after the own version was made.
    fn newer_default(&self) -> Option<VersionName> {
        let (own, default, since) = (self.own?, self.default?, self.default_since?);
        (since > own.created_at).then(|| default.name())
    }

    fn version(&self, step: WorkflowStep, version: &RawVersion, figures: &HashMap<PromptId, Figures>) -> Version {
        Version {
            id: version.id,
            step,
            name: version.name(),
            state: self.state(version),
            description: version.description.clone(),
            author: version.author.clone(),
            created_at: version.created_at,
            figures: figures.get(&version.id).copied().unwrap_or_default(),
        }
    }
}

/// Every step with the version in use. Takes as many queries as one step does.
pub async fn list_steps(tx: &mut TenantTx, member: &Member) -> Result<Vec<StepSummary>, AppError> {
    let versions = list_raw(tx, None).await?;
    let figures = list_figures(tx, None).await?;
    let costs = sum_cost_this_month(tx, member.time_zone).await?;
    let mut summaries = Vec::new();
    for step in WorkflowStep::ALL.iter().copied() {
        let of_step: Vec<_> = versions.iter().filter(|version| version.workflow_step == step.as_str()).collect();
        let standing = Standing::of(&of_step);
        // A step without any version can't be shown; none is shipped without its default.
        let Ok(in_use) = standing.in_use() else { continue };
        summaries.push(StepSummary {
            in_use: standing.version(step, in_use, &figures),
            cost_this_month_micros: costs.get(&step).copied().unwrap_or_default(),
            newer_default: standing.newer_default(),
        });
    }
    Ok(summaries)
}

/// The versions of one step.
pub async fn list_versions(tx: &mut TenantTx, member: &Member, step: WorkflowStep) -> Result<StepVersions, AppError> {
    let versions = list_raw(tx, Some(step)).await?;
    let figures = list_figures(tx, Some(step)).await?;
    let all: Vec<_> = versions.iter().collect();
    let standing = Standing::of(&all);
    Ok(StepVersions {
        step,
        in_use: standing.in_use()?.id,
        newer_default: standing.newer_default(),
        versions: all.iter().map(|version| standing.version(step, version, &figures)).collect(),
        time_zone: member.time_zone,
    })
}

/// One version in full; its step must be this one.
pub async fn find_details(
    tx: &mut TenantTx,
    member: &Member,
    step: WorkflowStep,
    id: PromptId,
) -> Result<VersionDetails, AppError> {
    let tenant_id = tx.tenant_id();
    let all = list_versions(tx, member, step).await?;
    let version = all.versions.into_iter().find(|version| version.id == id).ok_or(AppError::NotFound)?;
    let row = sqlx::query!(
        "select template, ai_model, max_tokens, temperature
         from prompt_templates where tenant_id in ($1, app.system_tenant_id()) and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(VersionDetails {
        version,
        template: row.template,
        ai_model: row.ai_model,
        max_tokens: row.max_tokens,
        temperature: row.temperature,
        input_schema: format!("{:#}", schema::input_schema(step)),
        output_schema: format!("{:#}", schema::full_output_schema(step)),
        in_use: all.in_use,
        trials: list_trials(tx, id).await?,
        time_zone: all.time_zone,
        now: Utc::now(),
    })
}

/// What two versions say besides their text.
pub fn compare_settings(before: &VersionDetails, after: &VersionDetails) -> Vec<Setting> {
    let setting = |label: &str, read: fn(&VersionDetails) -> String| Setting {
        label: label.to_owned(),
        before: read(before),
        after: read(after),
    };
    vec![
        setting("What it is for", |details| details.version.description.clone()),
        setting("Model", VersionDetails::model_in_words),
        setting("Most tokens of an answer", VersionDetails::max_tokens_in_words),
        setting("Temperature", VersionDetails::temperature_in_words),
    ]
}
