-- The three database roles and what each may do. Run as a superuser, connected to the application's
-- database; safe to run again. PostgreSQL 15 and later. Passwords are set apart from this file
-- (prm/roles.py, or ALTER ROLE … PASSWORD by hand).
--
--   prm_owner        owns the database and its tables; used by migrations and by nothing else
--   prm_app          what web and workers connect as; row security holds for it
--   prm_maintenance  cannot log in; prm_app takes it with SET LOCAL ROLE in a short list of places

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prm_owner') THEN
        CREATE ROLE prm_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prm_app') THEN
        CREATE ROLE prm_app;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prm_maintenance') THEN
        CREATE ROLE prm_maintenance;
    END IF;
END
$$;

ALTER ROLE prm_owner LOGIN NOCREATEDB NOCREATEROLE INHERIT;
ALTER ROLE prm_app LOGIN NOCREATEDB NOCREATEROLE NOINHERIT;
ALTER ROLE prm_maintenance NOLOGIN NOCREATEDB NOCREATEROLE NOINHERIT;

-- Only a superuser may touch these two, and a managed server gives out none: there a role made
-- above lacks them from the start, so altering them only where they are wrong keeps it working.
DO $$
DECLARE
    excessive text;
BEGIN
    FOR excessive IN
        SELECT rolname FROM pg_roles
        WHERE rolname IN ('prm_owner', 'prm_app', 'prm_maintenance') AND (rolsuper OR rolbypassrls)
    LOOP
        EXECUTE format('ALTER ROLE %I NOSUPERUSER NOBYPASSRLS', excessive);
    END LOOP;
END
$$;

-- prm_app may become prm_maintenance and must not inherit it: inherited, the maintenance policies
-- (USING true) would apply to every query of the application.
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 160000 THEN
        EXECUTE 'GRANT prm_maintenance TO prm_app WITH INHERIT FALSE, SET TRUE, ADMIN FALSE';
    ELSE
        EXECUTE 'GRANT prm_maintenance TO prm_app';
    END IF;
END
$$;

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO prm_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO prm_app, prm_maintenance', current_database());
END
$$;

ALTER SCHEMA public OWNER TO prm_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO prm_app, prm_maintenance;

-- Tables that only grow have UPDATE and DELETE taken away again where they are made.
ALTER DEFAULT PRIVILEGES FOR ROLE prm_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO prm_app, prm_maintenance;
ALTER DEFAULT PRIVILEGES FOR ROLE prm_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO prm_app, prm_maintenance;
