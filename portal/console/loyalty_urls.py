"""Addresses of loyalty and of friends' rewards."""

from django.urls import path

from portal.console import friends, loyalty, loyalty_redemptions, loyalty_rewards

PROGRAM = "programs/<uuid:program_id>/loyalty/"
REWARD = "loyalty/rewards/<uuid:reward_id>/"
REDEMPTION = "loyalty/redemptions/<uuid:redemption_id>/"

urlpatterns = [
    path("loyalty/", loyalty.loyalty, name="loyalty"),
    path(PROGRAM, loyalty.detail, name="loyalty-detail"),
    path(f"{PROGRAM}settings/", loyalty.settings, name="loyalty-settings"),
    path(f"{PROGRAM}cards/new/", loyalty.card_new, name="loyalty-card-new"),
    path("loyalty/cards/<uuid:card_id>/end/", loyalty.card_end, name="loyalty-card-end"),
    path(f"{PROGRAM}rewards/", loyalty_rewards.rewards, name="loyalty-rewards"),
    path(f"{PROGRAM}rewards/new/", loyalty_rewards.new, name="loyalty-rewards-new"),
    path(REWARD, loyalty_rewards.reward, name="loyalty-reward"),
    path(f"{REWARD}codes/", loyalty_rewards.codes, name="loyalty-codes"),
    path(f"{REWARD}withdraw/", loyalty_rewards.withdraw, name="loyalty-withdraw"),
    path(f"{REWARD}restore/", loyalty_rewards.restore, name="loyalty-restore"),
    path(f"{REWARD}picture/", loyalty_rewards.picture, name="loyalty-picture"),
    path("loyalty/redemptions/", loyalty_redemptions.redemptions, name="loyalty-redemptions"),
    path(f"{REDEMPTION}fulfil/", loyalty_redemptions.fulfil, name="loyalty-fulfil"),
    path(f"{REDEMPTION}cancel/", loyalty_redemptions.cancel, name="loyalty-cancel"),
    path("friends/", friends.friends, name="friends"),
    path("friends/<uuid:friend_reward_id>/cancel/", friends.cancel, name="friends-cancel"),
    path("programs/<uuid:program_id>/friends/", friends.terms, name="friends-terms"),
]
