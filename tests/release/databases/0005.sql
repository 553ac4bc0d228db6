BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE athletes (
	id BIGINT NOT NULL, 
	"key" VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	connected_at BIGINT NOT NULL, 
	disconnected_at BIGINT, 
	scopes VARCHAR(200) NOT NULL, 
	access_token TEXT NOT NULL, 
	refresh_token TEXT NOT NULL, 
	token_expires_at BIGINT NOT NULL, 
	token_version BIGINT NOT NULL, 
	lease_token VARCHAR(32), 
	lease_until BIGINT, 
	request_due_at BIGINT, 
	request_attempts BIGINT NOT NULL, 
	request_error VARCHAR(200), 
	history_requested_from BIGINT, 
	reconcile_requested BOOLEAN NOT NULL, 
	listed_at BIGINT, 
	deauthorization_received_at BIGINT, 
	leaving_since BIGINT, 
	leave_with_notes BOOLEAN NOT NULL, 
	last_event_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "athletes" VALUES(1001,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','connected',1795197600000000,NULL,'read,activity:read_all,activity:write','gAAAAABrB2JnwgRYvxmIpYgJe-m0cvupHqp-4aJ3zgAaujVtBGZHrJTbXFkamm3BtJmzOJhe8ENy2q5K-OnHKjzj_B_NAHZ-Uw==','gAAAAABrB2JnNvo0Pv-timb1xRUJbjQx6A9L9gQNBN5fpBAJHp5yFFqqH3F_l88SqQLPyFpKg_CBMfMy3w3p6x43ju_LnRhRQA==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,1795197600000000,NULL,NULL,0,1795197600000000);
INSERT INTO "athletes" VALUES(1002,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','disconnected',1795197600000000,1795197600000000,'read','gAAAAABrB2JnCZOJPhUHYZScdYDcGlh9LB3Da4Dytd9CwSQELGiySQca5EOroIRYDgKIuX8pZDLmwMblMR9uEByEKzhMounZPA==','gAAAAABrB2Jn6_h53BXFkk-Kto7tJk45S0IZeuWwedmxX7u6-rcNxJ-BqeMwGv8kDND1ulVKnJp_JEfyHEt6OQH8YDsmzPnnuA==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,NULL,NULL,NULL,0,NULL);
CREATE TABLE facts (
	name VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "facts" VALUES('owner','1001');
INSERT INTO "facts" VALUES('subscription_id','77');
CREATE TABLE histories (
	athlete_id BIGINT NOT NULL, 
	fetched_at BIGINT, 
	covered_from BIGINT, 
	newest_activity BIGINT NOT NULL, 
	pages BIGINT NOT NULL, 
	activities BIGINT NOT NULL, 
	PRIMARY KEY (athlete_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "histories" VALUES(1001,1795197600000000,1795197600000000,7,0,0);
CREATE TABLE invitations (
	token_hash VARCHAR(64) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	created_at BIGINT NOT NULL, 
	used_by BIGINT, 
	PRIMARY KEY (token_hash)
);
INSERT INTO "invitations" VALUES('cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','guest',1795197600000000,1002);
CREATE TABLE "notes" (
	athlete_id BIGINT NOT NULL, 
	activity_id BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	written_at BIGINT NOT NULL, 
	severity BIGINT NOT NULL, 
	spike_band VARCHAR(16), 
	block_hash VARCHAR(64), 
	moves JSON NOT NULL, 
	changed_at BIGINT NOT NULL, mutes BOOLEAN DEFAULT 1 NOT NULL, 
	PRIMARY KEY (athlete_id, activity_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "notes" VALUES(1001,7,'written',1795197600000000,2,'moderate','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','["plank", "glute-bridge"]',1795197600000000,1);
INSERT INTO "notes" VALUES(1001,6,'pages',1795197600000000,0,NULL,NULL,'[]',1795197600000000,1);
CREATE TABLE "pending_activities" (
	athlete_id BIGINT NOT NULL, 
	activity_id BIGINT NOT NULL, 
	received BIGINT NOT NULL, 
	processed BIGINT NOT NULL, 
	first_received BIGINT NOT NULL, 
	waiting_since BIGINT NOT NULL, 
	event_time BIGINT NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	tags VARCHAR(64) NOT NULL, 
	origin VARCHAR(16) NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts BIGINT NOT NULL, 
	last_error VARCHAR(200), 
	failed_at BIGINT, 
	processed_at BIGINT, 
	judged_as VARCHAR(64), 
	outcome VARCHAR(32), 
	last_received BIGINT NOT NULL, 
	PRIMARY KEY (athlete_id, activity_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "pending_activities" VALUES(1001,7,2,2,1795197600000000,1795197600000000,1795197600000000,'create','','push',1795197600000000,0,NULL,NULL,1795197600000000,'Run:215000:','noted',1795197600000000);
INSERT INTO "pending_activities" VALUES(1001,8,1,0,1795197600000000,1795197600000000,1795197600000000,'create','','push',1795197600000000,0,NULL,NULL,NULL,NULL,NULL,1795197600000000);
CREATE TABLE "preferences" (
	athlete_id BIGINT NOT NULL, 
	notes_on BOOLEAN NOT NULL, 
	notes_on_at BIGINT, 
	paused_until BIGINT, 
	target VARCHAR(16) NOT NULL, 
	form VARCHAR(16) NOT NULL, 
	delay BIGINT NOT NULL, 
	units VARCHAR(2) NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	links BOOLEAN NOT NULL, 
	thresholds JSON NOT NULL, 
	previous_thresholds JSON, 
	answers TEXT, 
	answers_consented_at BIGINT, 
	session_log TEXT, 
	PRIMARY KEY (athlete_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "preferences" VALUES(1001,1,1795197600000000,NULL,'description','long',5,'mi','en-US',1,'{"session_spike_over": 20}','{}','gAAAAABrB2Jn_6VD7UeTgdpbZY1Zh59mmewXAFgoJngAVDmDXvGt2meknlFsZ9I_GjXOGHj5jKdiee6nh2Woy2LEXVaNZ-4eMI48aGoMBeaSQEvPrrI5eqSVSAjz6pcYz6Xk9Mg_Ve0HLulJgjhsctiDeKqVMsxdS0lOK5IXO9X1P6MwNtjIWvVSheY-w6qsj1v_-9adnqEI',1795197600000000,'gAAAAABrB2Jn80FHQW01G4MZ33pXtRIcWeIzHjl7QRn1vIL0oJBdGlhf915u7yc6gM-IL8ypaR-_brdTYGUzVCR5yUg4JVA32_SgG8X7OiSgaqfHiGM82FW9ng4pR_5THG5_4QUfab5Kyd66_J_7eYdPsXOKF9KW4eU7cJKbSySqBZ0Sj6pqvJnBjIDqGYo8YeNuTeV0XXJuZ_z0HVoyik_aveblA0sQ9PLGqVN-ARvPe3t7HY2025dLXLP1N22J1om82s_eFqTb');
INSERT INTO "preferences" VALUES(1002,0,NULL,NULL,'description','standard',0,'km','en-GB',0,'{}',NULL,NULL,NULL,NULL);
CREATE TABLE runs (
	athlete_id BIGINT NOT NULL, 
	id BIGINT NOT NULL, 
	start BIGINT NOT NULL, 
	start_local VARCHAR(32) NOT NULL, 
	sport VARCHAR(16) NOT NULL, 
	distance_dm BIGINT NOT NULL, 
	moving_s BIGINT NOT NULL, 
	elapsed_s BIGINT NOT NULL, 
	climb_dm BIGINT NOT NULL, 
	race BOOLEAN NOT NULL, 
	trainer BOOLEAN NOT NULL, 
	cadence DOUBLE, 
	temperature DOUBLE, 
	name TEXT NOT NULL, 
	PRIMARY KEY (athlete_id, id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "runs" VALUES(1001,7,1795197600000000,'2026-11-20T19:00:00','Run',215000,7000,7100,900,0,0,NULL,NULL,'Long one');
CREATE INDEX pending_activities_waiting ON pending_activities (due_at) WHERE received > processed;
CREATE INDEX athletes_request_due_at ON athletes (request_due_at);
COMMIT;
