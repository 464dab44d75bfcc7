"""What shops put into their pages: the script, the pixel, and the counting of banners shown."""
