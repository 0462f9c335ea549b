"""Every page, grouped by room."""

from django.urls import path

from touchpoints import views as touchpoints

urlpatterns = [
    # touchpoints: the journey map
    path("journeys/", touchpoints.journeys, name="journeys"),
    path("journeys/new/", touchpoints.new_journey, name="new-journey"),
    path("journeys/<str:pk>/", touchpoints.journey, name="journey"),
]
