BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0015');
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
	last_event_at BIGINT, session_epoch VARCHAR(16) DEFAULT '' NOT NULL, receipt VARCHAR(32) DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "athletes" VALUES(1001,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','connected',1795197600000000,NULL,'read,activity:read_all,activity:write','gAAAAABrB_jwmpyySQf1L_f_b2StFzrQOCJMKHgK9uypusleUkQ99Rlvhkr0I9BZLIZJaxQaglVOhuHVah6xbmuecRSLEJywfQ==','gAAAAABrB_jwaWc1CLkkqHSVRa9qDyM1-17YutGn3rFv-WiIMB-kYMBkvmoCsuB_yU83i4LcShBnOBHgnttrgTBjOVNPjo0Etg==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,1795197600000000,NULL,NULL,0,1795197600000000,'','');
INSERT INTO "athletes" VALUES(1002,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','disconnected',1795197600000000,1795197600000000,'read','gAAAAABrB_jwnvmgZTG9uf89ff2hPFPxxAKXOQ4Jg7J21tXrQq2QdYrS1wo9vt5iLuOnZdwAbs2nXf7uMeoWVzIMMDjoPgvHGA==','gAAAAABrB_jw4jQHRe2T04BA1XsuUsboS9gjLR_PQdruG1ZytUBJK2el1jZdsp6HlF8Z7LtOjGG1xQbawBgVaeXv_deUeBmO1g==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,NULL,NULL,NULL,0,NULL,'','');
CREATE TABLE deletions (
	id VARCHAR(16) NOT NULL, 
	at BIGINT NOT NULL, 
	reason VARCHAR(16) NOT NULL, 
	counts JSON NOT NULL, 
	receipt_hash VARCHAR(64), 
	PRIMARY KEY (id)
);
INSERT INTO "deletions" VALUES('ffffffffffffffff',1795197600000000,'left','{"runs": 1}',NULL);
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
	activities BIGINT NOT NULL, recorded JSON DEFAULT '{}' NOT NULL, 
	PRIMARY KEY (athlete_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "histories" VALUES(1001,1795197600000000,1795197600000000,7,0,0,'{}');
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
	session_log TEXT, private_note_seen BOOLEAN, private_links BOOLEAN DEFAULT 1 NOT NULL, diary TEXT, tell_at TEXT, strength_told_at BIGINT, 
	PRIMARY KEY (athlete_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "preferences" VALUES(1001,1,1795197600000000,NULL,'description','long',5,'mi','en-US',1,'{"session_spike_over": 20}','{}','gAAAAABrB_jw6M8nS3qhGhI4vMMzN97a4cjy2NFwB70Tzsd18t8KrLGRrQr8Q9D1ews6qQIK1pUrSA8yzvBoVJKSn3ypmq67sI-s4bzzyqPRE7gKYIE3gmYNdvyBTVKqaL3BMtFhB17-MXugIWjxyNmjpVoN857wgjFowg9mITzVHHaYYOH85jhAh1toGOq2-2P9M70X0YLd',1795197600000000,'gAAAAABrB_jweWhEP01Z2A6Am8-BeWyWdtYObumBKHMrIiFX8ynxwm276QSgFCZD6ITVXjTE5miFP_N6BkUkbv65lCZWFv4TDMYTMJS_9moixv2aPKC-K7_yNXtNqxCRBw1iq8XRWZTSPFQU8GbgY5chasReNJu9nlGdc85Kn5o5VR3QLKciejqc0F4QHRtjQImyQqLPiKmmE2MHfiFWAlp5MioLKUILxFi4VM2W1pwuZPPY4Q5ok2z1KHM5ZBQ6UQ6NMPcxh13A',NULL,1,'gAAAAABrB_jw10NKuedYuuDTzM3TsDaCzHn7gIpM3SWkYTzLV_S8KZYefbmvDDwCiytuT7Xp-6__YkNjjJ8FoaD3jmMv25m-Lvu2-JA1qtGp_1JJHvwoE2vyiuVe_lMtUD1AFJerJglrdvUIAbu4JgPmWi2TTVCWfg==','gAAAAABrB_jwMzfaanWtSV5F1hq_D2V9aEMK4ROYI9a9Rv4DGtmT28DO-47lgU7su2cjQSFjUx579RpGFZBK2_wUY8OfaU1LPw==',1795197600000000);
INSERT INTO "preferences" VALUES(1002,0,NULL,NULL,'description','standard',0,'km','en-GB',0,'{}',NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,NULL);
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
	name TEXT NOT NULL, device VARCHAR(60) DEFAULT '' NOT NULL, shoe VARCHAR(40) DEFAULT '' NOT NULL, 
	PRIMARY KEY (athlete_id, id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "runs" VALUES(1001,7,1795197600000000,'2026-11-20T19:00:00','Run',215000,7000,7100,900,0,0,NULL,NULL,'Long one','','');
CREATE INDEX pending_activities_waiting ON pending_activities (due_at) WHERE received > processed;
CREATE INDEX athletes_request_due_at ON athletes (request_due_at);
COMMIT;
