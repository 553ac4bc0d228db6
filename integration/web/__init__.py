"""The pages and Strava's callback. `app.create_app` puts the parts together."""
