-- With the participant inside, the list's menu reads whom the last reports are about from the index alone. Without
-- it PostgreSQL found it cheaper to sort all reports that an organisation has.
drop index incidents_event_idx;
create index incidents_event_idx on incidents (tenant_id, event_date_time desc, id desc) include (participant_id);
drop index incidents_reporter_idx;
create index incidents_reporter_idx on incidents (tenant_id, reporter_id, event_date_time desc, id desc) include (participant_id);
