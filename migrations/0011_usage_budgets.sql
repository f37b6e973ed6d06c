-- What the ledger adds up to, and which part of a month's limit was reached when.

-- One row for each day, step, provider, model, person and price table, kept by the transactions that
-- write the ledger: neither a limit nor a page has to read every call. A call counts for the day on
-- which it was made, also if it ends on the next one.
create table usage_summaries (
    tenant_id uuid not null constraint usage_summaries_tenant_fkey references tenants (id),
    id uuid not null,
    day date not null, -- where the tenant is
    workflow_step text not null,
    provider text not null,
    ai_model text not null,
    user_id uuid, -- null: work that no person asked for
    price_version text, -- null: no price is known, or the built-in engine
    calls bigint not null, -- made or under way
    answers bigint not null, -- of these, with an answer that could be used
    failures bigint not null, -- of these, without one
    refused bigint not null, -- not made because of a limit
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost_micros bigint not null, -- millionths of a US dollar; for a call under way the most that it may cost
    constraint usage_summaries_pkey primary key (tenant_id, id),
    constraint usage_summaries_key unique nulls not distinct
        (tenant_id, day, workflow_step, provider, ai_model, user_id, price_version),
    constraint usage_summaries_user_fkey foreign key (tenant_id, user_id) references memberships (tenant_id, user_id)
);

-- What the ledger holds already, for every tenant at once: until row-level security is back on, the
-- owner sees all rows of its tables.
alter table tenants no force row level security;
alter table usage_events no force row level security;
insert into usage_summaries (tenant_id, id, day, workflow_step, provider, ai_model, user_id, price_version, calls, answers,
                             failures, refused, input_tokens, output_tokens, cost_micros)
select e.tenant_id, gen_random_uuid(), (e.occurred_at at time zone t.time_zone)::date, e.workflow_step, e.provider,
       e.ai_model, e.user_id, e.price_version, count(*) filter (where e.outcome <> 'refused'),
       count(*) filter (where e.outcome in ('succeeded', 'repaired')), count(*) filter (where e.outcome = 'failed'),
       count(*) filter (where e.outcome = 'refused'), sum(e.input_tokens), sum(e.output_tokens), sum(e.cost_micros)
from usage_events e join tenants t on t.id = e.tenant_id
group by 1, 3, 4, 5, 6, 7, 8;
alter table usage_events force row level security;
alter table tenants force row level security;

-- A part of the month's limit that was reached; once for each part and month, whatever happens to the
-- limit afterwards.
create table budget_alerts (
    tenant_id uuid not null constraint budget_alerts_tenant_fkey references tenants (id),
    id uuid not null,
    month date not null constraint budget_alerts_month check (extract(day from month) = 1), -- its first day
    threshold_percent smallint not null constraint budget_alerts_threshold check (threshold_percent in (50, 80, 100)),
    cap_micros bigint not null, -- the limit as it was then
    cost_micros bigint not null, -- what the month had cost, calls under way included
    notified integer not null, -- how many people were told
    reached_at timestamptz not null default now(),
    constraint budget_alerts_pkey primary key (tenant_id, id),
    constraint budget_alerts_once_key unique (tenant_id, month, threshold_percent)
);

do $$
declare t text;
begin
    foreach t in array array['usage_summaries', 'budget_alerts']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy %I on %I using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()))',
                       t || '_tenant', t);
        execute format('grant select, insert on %I to supportsignal_runtime', t);
    end loop;
end
$$;
grant update (calls, answers, failures, refused, input_tokens, output_tokens, cost_micros) on usage_summaries to supportsignal_runtime;

-- People are told of alerts, too, which are about no report.
alter table notifications drop constraint notifications_kind;
alter table notifications add constraint notifications_kind
    check (kind in ('incident_submitted', 'incident_returned', 'incident_signed_off', 'budget_alert'));
alter table notifications alter column incident_id drop not null;
alter table notifications add column budget_alert_id uuid;
alter table notifications add constraint notifications_subject
    check (case kind when 'budget_alert' then budget_alert_id else incident_id end is not null);
alter table notifications add constraint notifications_budget_alert_fkey
    foreign key (tenant_id, budget_alert_id) references budget_alerts (tenant_id, id);
alter table notifications add constraint notifications_alert_once_key unique (tenant_id, user_id, budget_alert_id);

-- The schemas that hold are made from the product's types (src/ai/schema.rs); these are what they were
-- when the version was made.
comment on column prompt_templates.input_schema is 'as it was when the version was made; src/ai/schema.rs has the one that holds';
comment on column prompt_templates.output_schema is 'as it was when the version was made; src/ai/schema.rs has the one that holds';
