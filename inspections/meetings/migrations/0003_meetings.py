import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0002_criteria_of_the_guidance'),
        ('organisations', '0012_facts_of_members'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('org_path', models.CharField(editable=False, max_length=60)),
                ('kind', models.CharField(choices=[('regular', 'regular'), ('thematic', 'thematic')], max_length=8, verbose_name='kind')),
                ('month', models.DateField(verbose_name='month')),
                ('topic', models.CharField(blank=True, max_length=300, verbose_name='topic')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('prepared', 'prepared'), ('held', 'held'), ('closed', 'closed'), ('off', 'called off')], default='planned', max_length=8, verbose_name='state')),
                ('planned_at', models.DateTimeField(verbose_name='planned for')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('notice_at', models.DateTimeField(blank=True, null=True, verbose_name='notice given at')),
                ('documents_at', models.DateTimeField(blank=True, null=True, verbose_name='documents out at')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='began at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('superiors', models.CharField(blank=True, max_length=300, verbose_name='who attended from above')),
                ('minutes', models.TextField(blank=True, verbose_name='minutes')),
                ('conclusions', models.TextField(blank=True, verbose_name='conclusions')),
                ('expected', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='expected')),
                ('present', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='present')),
                ('dues', models.DecimalField(blank=True, decimal_places=0, max_digits=12, null=True, verbose_name='dues collected (đồng)')),
                ('uploaded_at', models.DateTimeField(blank=True, null=True, verbose_name='result handed in at')),
                ('upload_due_on', models.DateField(blank=True, null=True, verbose_name='result due on')),
                ('total', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, verbose_name='points')),
                ('rating', models.CharField(blank=True, choices=[('good', 'good'), ('fair', 'fair'), ('average', 'average'), ('poor', 'poor')], max_length=7, verbose_name='rating')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('called_off_at', models.DateTimeField(blank=True, null=True)),
                ('called_off_reason', models.CharField(blank=True, max_length=300, verbose_name='why it was called off')),
                ('chair', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person', verbose_name='chair')),
                ('criteria_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='meetings.criteriaset')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='organisations.organisation', verbose_name='cell')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next_meetings', to='meetings.meeting', verbose_name='previous meeting')),
                ('recorder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person', verbose_name='recorder')),
            ],
            options={
                'verbose_name': 'cell meeting',
                'verbose_name_plural': 'cell meetings',
                'ordering': ['-month', '-planned_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact', models.CharField(blank=True, max_length=20, verbose_name='what was corrected')),
                ('old', models.TextField(blank=True, verbose_name='before')),
                ('new', models.TextField(blank=True, verbose_name='now')),
                ('old_total', models.DecimalField(decimal_places=1, max_digits=4)),
                ('new_total', models.DecimalField(decimal_places=1, max_digits=4)),
                ('reason', models.TextField(verbose_name='reason')),
                ('corrected_at', models.DateTimeField()),
                ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.line', verbose_name='what is scored')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='meetings.meeting')),
            ],
            options={
                'verbose_name': 'correction of a meeting',
                'verbose_name_plural': 'corrections of meetings',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=500, verbose_name='what was voted on')),
                ('eligible', models.PositiveSmallIntegerField(verbose_name='entitled to vote')),
                ('yes', models.PositiveSmallIntegerField(verbose_name='for')),
                ('no', models.PositiveSmallIntegerField(verbose_name='against')),
                ('invalid', models.PositiveSmallIntegerField(default=0, verbose_name='invalid or blank')),
                ('is_secret', models.BooleanField(default=False, verbose_name='secret')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='meetings.meeting')),
            ],
            options={
                'verbose_name': 'ballot',
                'verbose_name_plural': 'ballots',
                'ordering': ['meeting', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MeetingScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('own', 'the cell itself'), ('superior', 'the superior'), ('inspection', 'an inspection')], max_length=10, verbose_name='given by')),
                ('points', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='points')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('is_computed', models.BooleanField(default=False, verbose_name='computed')),
                ('explanation', models.JSONField(default=list)),
                ('given_at', models.DateTimeField()),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.line')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='meetings.meeting')),
            ],
            options={
                'verbose_name': 'score of a meeting',
                'verbose_name_plural': 'scores of meetings',
                'ordering': ['meeting', 'line__criterion__position', 'line__position', 'side'],
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='number and symbol')),
                ('text', models.TextField(verbose_name='what was resolved')),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='resolution', to='meetings.meeting')),
            ],
            options={
                'verbose_name': 'resolution of a cell',
                'verbose_name_plural': 'resolutions of cells',
            },
        ),
        migrations.CreateModel(
            name='ResolutionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('text', models.CharField(max_length=500, verbose_name='what')),
                ('due_on', models.DateField(verbose_name='by when')),
                ('proof', models.CharField(blank=True, max_length=300, verbose_name='what proves it')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='meetings.meeting')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='organisations.organisation', verbose_name='cell')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person', verbose_name='who')),
            ],
            options={
                'verbose_name': 'assignment of a meeting',
                'verbose_name_plural': 'assignments of meetings',
                'ordering': ['meeting', 'position'],
            },
        ),
        migrations.CreateModel(
            name='ItemRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_done', models.BooleanField(verbose_name='done')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='meetings.meeting')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='meetings.resolutionitem')),
            ],
            options={
                'verbose_name': 'rating of an assignment',
                'verbose_name_plural': 'ratings of assignments',
                'ordering': ['meeting', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('title', models.CharField(max_length=500, verbose_name='content')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='document')),
                ('preparer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person', verbose_name='who prepares it')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda', to='meetings.meeting')),
                ('carried', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.resolutionitem', verbose_name='carried from')),
            ],
            options={
                'verbose_name': 'content of a meeting',
                'verbose_name_plural': 'contents of meetings',
                'ordering': ['meeting', 'position'],
            },
        ),
        migrations.CreateModel(
            name='RollCallMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('official', 'official'), ('probationary', 'probationary'), ('temporary', 'here for a time'), ('exempt', 'exempt')], max_length=12, verbose_name='standing')),
                ('mark', models.CharField(choices=[('present', 'present'), ('excused', 'absent with a reason'), ('unexcused', 'absent without a reason'), ('exempt', 'exempt')], max_length=9, verbose_name='mark')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('by_app', models.BooleanField(default=False, verbose_name='present through the app')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='meetings.meeting')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person', verbose_name='member')),
            ],
            options={
                'verbose_name': 'mark of the roll call',
                'verbose_name_plural': 'marks of the roll call',
                'ordering': ['meeting', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Speaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gist', models.CharField(blank=True, max_length=500, verbose_name='gist')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='speakers', to='meetings.meeting')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person', verbose_name='member')),
            ],
            options={
                'verbose_name': 'speaker',
                'verbose_name_plural': 'speakers',
                'ordering': ['meeting', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['org_path', 'month', 'kind'], name='meeting_board'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'regular'), models.Q(('state', 'off'), _negated=True)), fields=('organisation', 'month'), name='meeting_one_regular_a_month', violation_error_message='The cell has a regular meeting in this month already.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='meeting_month_is_its_first_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gt', models.F('started_at')), _connector='OR'), name='meeting_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('expected__isnull', True), ('present__isnull', True), ('started_at__isnull', True), ('state__in', ['planned', 'prepared', 'off'])), models.Q(('chair__isnull', False), ('ended_at__isnull', False), ('expected__isnull', False), ('present__isnull', False), ('recorder__isnull', False), ('started_at__isnull', False), ('state__in', ('held', 'closed'))), _connector='OR'), name='meeting_held_means_dated'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('called_off_at__isnull', False), ('state', 'off'), models.Q(('called_off_reason', ''), _negated=True)), models.Q(models.Q(('state', 'off'), _negated=True), ('called_off_at__isnull', True), ('called_off_reason', '')), _connector='OR'), name='meeting_called_off_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('criteria_set__isnull', False), ('rating__in', ['good', 'fair', 'average', 'poor']), ('state', 'closed'), ('total__isnull', False), ('uploaded_at__isnull', False)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True), ('criteria_set__isnull', True), ('rating', ''), ('total__isnull', True), ('uploaded_at__isnull', True)), _connector='OR'), name='meeting_closed_means_scored'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('present__isnull', True), ('present__lte', models.F('expected')), _connector='OR'), name='meeting_no_more_than_expected'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('total__isnull', True), models.Q(('total__gte', 0), ('total__lte', 100)), _connector='OR'), name='meeting_total_in_range'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='meeting_correction_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fact', ''), ('line__isnull', False)), models.Q(('line__isnull', True), models.Q(('fact', ''), _negated=True)), _connector='OR'), name='meeting_correction_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='ballot',
            constraint=models.CheckConstraint(condition=models.Q(('eligible__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('yes'), '+', models.F('no')), '+', models.F('invalid')))), name='ballot_no_more_votes_than_voters'),
        ),
        migrations.AddConstraint(
            model_name='meetingscore',
            constraint=models.UniqueConstraint(fields=('meeting', 'line', 'side'), name='meeting_score_once_a_side'),
        ),
        migrations.AddConstraint(
            model_name='meetingscore',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='meeting_score_not_below_nought'),
        ),
        migrations.AddConstraint(
            model_name='meetingscore',
            constraint=models.CheckConstraint(condition=models.Q(('is_computed', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='meeting_score_judged_has_a_note'),
        ),
        migrations.AddConstraint(
            model_name='resolutionitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'position'), name='resolution_item_one_a_position'),
        ),
        migrations.AddConstraint(
            model_name='itemrating',
            constraint=models.UniqueConstraint(fields=('item', 'meeting'), name='item_rated_once_a_meeting'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'position'), name='agenda_one_a_position'),
        ),
        migrations.AddConstraint(
            model_name='rollcallmark',
            constraint=models.UniqueConstraint(fields=('meeting', 'person'), name='roll_call_once_a_member'),
        ),
        migrations.AddConstraint(
            model_name='rollcallmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mark', 'excused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='roll_call_excuse_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='rollcallmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mark', 'exempt'), _negated=True), ('standing', 'exempt'), _connector='OR'), name='roll_call_exempt_is_exempt'),
        ),
        migrations.AddConstraint(
            model_name='rollcallmark',
            constraint=models.CheckConstraint(condition=models.Q(('by_app', False), ('mark', 'present'), _connector='OR'), name='roll_call_by_app_is_present'),
        ),
        migrations.AddConstraint(
            model_name='speaker',
            constraint=models.UniqueConstraint(fields=('meeting', 'person'), name='speaker_once_a_meeting'),
        ),
    ]
