-- Roles and database of Zubr. Safe to run again. Run by a superuser through psql, with the passwords in the
-- environment: ZUBR_OWNER_PASSWORD (migrates), ZUBR_APP_PASSWORD (serves; no rights but those migrations grant) and
-- ZUBR_BACKUP_PASSWORD (reads everything and changes nothing; makes the scratch database a backup is tried in).
\set ON_ERROR_STOP on
\getenv owner_password ZUBR_OWNER_PASSWORD
\getenv app_password ZUBR_APP_PASSWORD
\getenv backup_password ZUBR_BACKUP_PASSWORD
SET client_min_messages = warning;
-- The passwords must not reach the server's log.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';

SELECT 'CREATE ROLE zubr_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zubr_owner') \gexec
SELECT 'CREATE ROLE zubr_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zubr_app') \gexec
SELECT 'CREATE ROLE zubr_backup' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zubr_backup') \gexec
ALTER ROLE zubr_owner LOGIN NOSUPERUSER NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE zubr_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
ALTER ROLE zubr_backup LOGIN NOSUPERUSER NOCREATEROLE CREATEDB PASSWORD :'backup_password';
GRANT pg_read_all_data TO zubr_backup;
-- The owner may step down to the application role: what it would be refused can then be tried.
GRANT zubr_app TO zubr_owner WITH INHERIT FALSE, SET TRUE;

SELECT $$CREATE DATABASE zubr OWNER zubr_owner TEMPLATE template0 ENCODING 'UTF8'
         LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'$$
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'zubr') \gexec
REVOKE ALL ON DATABASE zubr FROM PUBLIC;
GRANT CONNECT ON DATABASE zubr TO zubr_app, zubr_backup;
