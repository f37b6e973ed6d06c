-- Indexes for pages that took longer the more reports an organisation has.

-- A reporter's home page: their last reports and their drafts, without sorting all that they ever wrote.
create index incidents_reporter_submitted_idx on incidents (tenant_id, reporter_id, submitted_at desc, id desc)
    where capture_status = 'completed';
create index incidents_reporter_drafts_idx on incidents (tenant_id, reporter_id, updated_at desc, id desc)
    where overall_status = 'capture_pending';
-- A reviewer's home page counts what was submitted lately, and the drafts that nobody goes on with.
create index incidents_submitted_idx on incidents (tenant_id, submitted_at) where submitted_at is not null;
create index incidents_drafts_idx on incidents (tenant_id, updated_at, id) where overall_status = 'capture_pending';

-- With the key inside, a dashboard reads the most frequent of each month from the index alone.
drop index incident_month_ranks_top_idx;
create index incident_month_ranks_top_idx on incident_month_ranks (tenant_id, scope_id, month, kind, reports desc) include (key);
