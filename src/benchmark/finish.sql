-- After the last organisation: triggers watch again.
alter table incidents enable trigger user;
alter table incident_narratives enable trigger user;
alter table clarification_questions enable trigger user;
alter table clarification_answers enable trigger user;
alter table incident_analyses enable trigger user;
alter table incident_classifications enable trigger user;
alter table usage_summaries enable trigger user;
alter table audit_events enable trigger user;
