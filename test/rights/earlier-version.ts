/** Makes of a list of rights what a version wrote that could not copy assets to where they are searched. */
export const WITHOUT_ASSET_FEED = `
    DROP TRIGGER asset_fed_new; DROP TRIGGER asset_fed_changed; DROP TRIGGER asset_fed_removed;
    DROP TRIGGER asset_fed_job; DROP TRIGGER asset_fed_worked; DROP TRIGGER asset_fed_forgotten;
    DROP TABLE asset_feed; DROP TABLE asset_feed_name; DROP TABLE asset_words;
    DROP INDEX assets_by_title; DROP INDEX assets_by_change; DROP INDEX assets_by_id;
    DROP INDEX assets_by_eidr; DROP INDEX assets_by_isan; DROP INDEX assets_by_isrc;
    ALTER TABLE assets DROP COLUMN title_key;
    PRAGMA user_version = 2;`;
