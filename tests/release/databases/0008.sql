BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
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
	last_event_at BIGINT, session_epoch VARCHAR(16) DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "athletes" VALUES(1001,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','connected',1795197600000000,NULL,'read,activity:read_all,activity:write','gAAAAABrB2yAkp_22IQjdrqEzmWnLun6mcLj_QkpvRQ-8bA_BIwBIlW5bNFhBfn2DtCnB-yTFOqogAzkokgvSBkoUlQTLEeeVg==','gAAAAABrB2yApmi0eNkQrNncAGmjGtVb8PP69cXS6ev38JqyCRL7mz0EOsHrbUpjMR2FnzuGksC6o7-IHLzhx9qOfuZyzQ4kvw==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,1795197600000000,NULL,NULL,0,1795197600000000,'');
INSERT INTO "athletes" VALUES(1002,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','disconnected',1795197600000000,1795197600000000,'read','gAAAAABrB2yA_9uJ-QYTgBi914D1fLr5g9Pf6zGExakz8Xa80r0f2Ca9LpZUioJj3CFl-Qnql82KTj1sb-Fkwv_5KctMOlQtxQ==','gAAAAABrB2yA-SjdK1fW_8TV37yJsYQ71S1WBjWRathzH7wvSVdo2e6iS-5atR5fW3bI-QU7ET2GWxZR7mq9KjUI08abDiC95Q==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,NULL,NULL,NULL,0,NULL,'');
CREATE TABLE ended_sessions (
	id_hash VARCHAR(64) NOT NULL, 
	ended_at BIGINT NOT NULL, 
	PRIMARY KEY (id_hash)
);
INSERT INTO "ended_sessions" VALUES('eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',1795197600000000);
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
	changed_at BIGINT NOT NULL, mutes BOOLEAN DEFAULT 1 NOT NULL, target VARCHAR(16) DEFAULT 'description' NOT NULL, unseen BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (athlete_id, activity_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "notes" VALUES(1001,7,'written',1795197600000000,2,'moderate','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','["plank", "glute-bridge"]',1795197600000000,1,'description',0);
INSERT INTO "notes" VALUES(1001,6,'pages',1795197600000000,0,NULL,NULL,'[]',1795197600000000,1,'description',0);
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
	session_log TEXT, private_note_seen BOOLEAN, private_links BOOLEAN DEFAULT 1 NOT NULL, diary TEXT, 
	PRIMARY KEY (athlete_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "preferences" VALUES(1001,1,1795197600000000,NULL,'description','long',5,'mi','en-US',1,'{"session_spike_over": 20}','{}','gAAAAABrB2yAm339BEJpmm5yCmxAvyqNinS34znVOLc9-DUU65jHe4mW_agwRj8caCs5RYUzZ_4HhJJwA4fdO8hGaPhKfyWo9tCfjH1E3e4PNQJ9GVNYKs1JoJ6lSZgXLMK_Fe4C27jo1Rjo7jbs8LVNU1iwNE8T4WvG8chFBUp1at3TIXKSfkP7pCUEqKaciLj3kp34mMZy',1795197600000000,'gAAAAABrB2yAeGRrTQvGAbQTGwOB0__9652fE2jiN7DQs00YwLFZNB4XlkcY2ak3XxxbkZa2YT-HwqAgw3laLzKR1OTHdH_GuHxVW7cFNaY8Im82g7nvnEfBRkmfaI8-xfjnyO3ueU7GOf71mxER3c5XNQ2x_mTjiOxb7Jd2hQBped3EwKqb34TYw8dokjj9A4NOC7LdS-4braFQrCvffeGfzMbNc_zIwuD2lApmhSlVy8dFjDsNIWfwC7PtbA8sVpneGUgSNFep',NULL,1,NULL);
INSERT INTO "preferences" VALUES(1002,0,NULL,NULL,'description','standard',0,'km','en-GB',0,'{}',NULL,NULL,NULL,NULL,NULL,1,NULL);
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
