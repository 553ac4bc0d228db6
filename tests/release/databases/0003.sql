BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
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
	attend_at BIGINT, 
	ask_attempts BIGINT NOT NULL, 
	ask_error VARCHAR(200), 
	history_wanted_from BIGINT, 
	reconcile_wanted BOOLEAN NOT NULL, 
	listed_at BIGINT, 
	deauthorization_rung_at BIGINT, 
	leaving_since BIGINT, 
	leave_with_notes BOOLEAN NOT NULL, 
	last_event_at BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "athletes" VALUES(1001,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','connected',1795197600000000,NULL,'read,activity:read_all,activity:write','gAAAAABrB2Ji_gNw0oFM98GQ3vJ2LzhMRhIYdYTRUqD-Yif5ggEAcdKa1yxUtR_pJZnNKHJf8WE7TJiYxgT3zAiU19ATmJ8VYA==','gAAAAABrB2Ji0qT1SwXE6kKgdk3Qyp-jOteLoLmj3ANoNjHk-ijfGRfjvaZOS1OvZTZG7G4xc4zfq0NiulPoBSOEK3uBWLcXSg==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,1795197600000000,NULL,NULL,0,1795197600000000);
INSERT INTO "athletes" VALUES(1002,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','disconnected',1795197600000000,1795197600000000,'read','gAAAAABrB2Ji7vSPRqZPNLvm5DolWHga9G5UX_64uXeiBCQpSlGC88vUjqg5mVxzrS9A4z4okPPHYtGN3SFd6npUYbqHwgnJZw==','gAAAAABrB2Ji5HArBFPRvTiGUbB2gATxqSAo2g6MUHIaXPCgnxwqd6L7KrdPmsPYr4SjX7WKYmtA2StEfvoX7ckfVwmX2xWRAA==',1795197600000000,1,NULL,NULL,NULL,0,NULL,NULL,0,NULL,NULL,NULL,0,NULL);
CREATE TABLE "bells" (
	athlete_id BIGINT NOT NULL, 
	activity_id BIGINT NOT NULL, 
	rung BIGINT NOT NULL, 
	settled BIGINT NOT NULL, 
	first_rung BIGINT NOT NULL, 
	waiting_since BIGINT NOT NULL, 
	event_time BIGINT NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	tags VARCHAR(64) NOT NULL, 
	origin VARCHAR(16) NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts BIGINT NOT NULL, 
	last_error VARCHAR(200), 
	failed_at BIGINT, 
	settled_at BIGINT, 
	judged_as VARCHAR(64), 
	outcome VARCHAR(32), 
	heard_at BIGINT NOT NULL, 
	PRIMARY KEY (athlete_id, activity_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "bells" VALUES(1001,7,2,2,1795197600000000,1795197600000000,1795197600000000,'create','','push',1795197600000000,0,NULL,NULL,1795197600000000,'Run:215000:','noted',1795197600000000);
INSERT INTO "bells" VALUES(1001,8,1,0,1795197600000000,1795197600000000,1795197600000000,'create','','push',1795197600000000,0,NULL,NULL,NULL,NULL,NULL,1795197600000000);
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
	fingerprint VARCHAR(64), 
	moves JSON NOT NULL, 
	changed_at BIGINT NOT NULL, 
	PRIMARY KEY (athlete_id, activity_id), 
	FOREIGN KEY(athlete_id) REFERENCES athletes (id) ON DELETE CASCADE
);
INSERT INTO "notes" VALUES(1001,7,'written',1795197600000000,2,'moderate','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','["plank", "glute-bridge"]',1795197600000000);
INSERT INTO "notes" VALUES(1001,6,'pages',1795197600000000,0,NULL,NULL,'[]',1795197600000000);
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
INSERT INTO "preferences" VALUES(1001,1,1795197600000000,NULL,'description','long',5,'mi','en-US',1,'{"session_spike_over": 20}','{}','gAAAAABrB2JiJp1PXwvVlnMik6wQST7Far6dli4cu_lu_cnvehPVjTJTFaX9p-kbD3iGZCsHp2cExnGea55003pRniJmHSGFYcp56XOFR1g8rPzeCcN2Qfnhh_RSaRtZpTJRPPdNppSM2xgCa4Dr7zd0g0g5rfpLsG884EFbvck8BmPkCdYz9qtMbMDXVqLPP4DwjTbPH3JN',1795197600000000,'gAAAAABrB2JiVXeJzAo7FJDnXslpOkBp8SmWCgy2fBKt-dQZ6DG6_n5HXS-E36YWbWcunYiYBJ4HZJBi_J-fFri2cL0N2lhx6b8b9w4Dvx0I44nbseingTSVho3oVH3U2ql8dvZ3JzJUSy--hk6J41xEe8FIyB3TFiaIDAkmHlo4bbHo4CEaToCSMb_kkpSCvyfEeXcTnyuw3Kbd_UDICmFLsHTAILvlpa7tPR_HMt56fDC68jh_GQuClywL8364s1IseG1r02vg');
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
CREATE INDEX athletes_attend_at ON athletes (attend_at);
CREATE INDEX bells_waiting ON bells (due_at) WHERE rung > settled;
COMMIT;
